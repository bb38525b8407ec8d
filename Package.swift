// swift-tools-version: 6.1
import PackageDescription

// Rooms and arrows (Documentation/Design.md):
//   Protocols <- Plugins/* <- Espalier -> Host -> Compiler -> Protocols;  YAML <- Host;  Kernels <- plugins.
// Every module carries the project's prefix, so that none clashes in somebody's package graph.

let settings: [SwiftSetting] = [.enableUpcomingFeature("ExistentialAny")]

func module(_ name: String, at path: String, uses dependencies: [String] = []) -> Target {
  .target(
    name: "Espalier" + name, dependencies: dependencies.map { .init(stringLiteral: "Espalier" + $0) },
    path: "Sources/" + path, swiftSettings: settings)
}

func tests(_ name: String, uses dependencies: [String], resources: [Resource] = []) -> Target {
  .testTarget(
    name: name + "Tests",
    dependencies: dependencies.map { .init(stringLiteral: $0 == "" ? "Espalier" : "Espalier" + $0) },
    path: "Tests/" + name + "Tests", resources: resources, swiftSettings: settings)
}

let kernels = Target.target(
  name: "EspalierKernels", path: "Sources/Kernels", publicHeadersPath: "include",
  linkerSettings: [.linkedLibrary("m", .when(platforms: [.linux]))])

let package = Package(
  name: "Espalier",
  platforms: [.macOS(.v15)],
  targets: [
    kernels,
    module("YAML", at: "YAML"),
    module("Protocols", at: "Protocols"),
    tests("Kernels", uses: ["Kernels"]),
    tests("YAML", uses: ["YAML"]),
  ],
  swiftLanguageModes: [.v6],
  cLanguageStandard: .c11
)
