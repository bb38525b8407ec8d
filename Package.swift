// swift-tools-version: 6.1
import PackageDescription

// Rooms and arrows (Documentation/Design.md):
//   Protocols <- Plugins/* <- Espalier -> CommandLine -> Host -> Compiler -> Protocols;  YAML <- Host
//   Kernels <- Plugins/Backends/CPU, data plugins, Statistics;  Formats <- data plugins, Export, Host;
//   Statistics <- data plugins, Host;  Export <- Host;  Host <- Reports <- CommandLine, Espalier
// Every module carries the project's prefix, so that none clashes in somebody's package graph.

let settings: [SwiftSetting] = [.enableUpcomingFeature("ExistentialAny")]

func named(_ names: [String]) -> [Target.Dependency] {
  names.map { .target(name: "Espalier" + $0) }
}

func module(_ name: String, at path: String, uses dependencies: [String] = []) -> Target {
  .target(
    name: "Espalier" + name, dependencies: named(dependencies), path: "Sources/" + path,
    swiftSettings: settings)
}

func tests(
  _ name: String, uses dependencies: [String], leavingOut excluded: [String] = []
) -> Target {
  .testTarget(
    name: name + "Tests", dependencies: named(dependencies), path: "Tests/" + name + "Tests",
    exclude: excluded, swiftSettings: settings)
}

/// A folder of plugins of one kind, and its tests.
func plugins(_ kind: String, uses dependencies: [String] = []) -> [Target] {
  [
    module(kind, at: "Plugins/" + kind, uses: ["Protocols"] + dependencies),
    tests(kind, uses: [kind, "Protocols", "Conformance", "References"] + dependencies),
  ]
}

let kernels = Target.target(
  name: "EspalierKernels", path: "Sources/Kernels", publicHeadersPath: "include",
  // As headers of a module, Accelerate's see no definition that stands in a source file.
  cSettings: [.define("ACCELERATE_NEW_LAPACK", .when(platforms: [.macOS]))],
  linkerSettings: [
    .linkedLibrary("m", .when(platforms: [.linux])),
    .linkedFramework("Accelerate", .when(platforms: [.macOS])),
  ])

let core: [Target] = [
  kernels,
  module("YAML", at: "YAML"),
  module("Formats", at: "Formats"),
  module("Protocols", at: "Protocols"),
  module("Compiler", at: "Compiler", uses: ["Protocols"]),
  module("Statistics", at: "Statistics", uses: ["Protocols", "Kernels"]),
  module("ReferenceBackend", at: "Plugins/Backends/Reference", uses: ["Protocols"]),
  module("CPUBackend", at: "Plugins/Backends/CPU", uses: ["Protocols", "Kernels"]),
  module("Export", at: "Export", uses: ["Protocols", "Formats"]),
  module(
    "Host", at: "Host",
    uses: ["Protocols", "Compiler", "YAML", "Formats", "Statistics", "Export"]),
  module("Reports", at: "Reports", uses: ["Protocols", "Formats", "Host"]),
]

let builtIn: [[Target]] = [
  plugins("Activations"),
  plugins("Layers"),
  plugins("Initializers", uses: ["Formats"]),
  plugins("Losses"),
  plugins("Optimizers"),
  plugins("Schedulers"),
  plugins("Regularizers"),
  plugins("Sources", uses: ["Formats"]),
  plugins("Cleaners"),
  plugins("Selectors", uses: ["Kernels"]),
  plugins("Normalizers", uses: ["Kernels"]),
  plugins("Projections", uses: ["Kernels"]),
  plugins("Balancers", uses: ["Kernels", "Statistics", "Formats"]),
  plugins("Augmentations"),
  plugins("Views"),
  plugins("Callbacks"),
  plugins("Metrics"),
  plugins("Searches"),
]

// The executable's target and its product have different names, and neither is the library's in
// other letters, so that file systems which ignore case keep their build folders apart.
let program: [Target] = [
  module("Packages", at: "Packages", uses: ["Protocols", "YAML"]),
  module(
    "CommandLine", at: "CommandLine",
    uses: ["Protocols", "Host", "Formats", "Packages", "Reports"]),
  .target(
    name: "Espalier",
    dependencies: named([
      "Protocols", "Host", "Reports", "CommandLine", "CPUBackend", "ReferenceBackend",
    ])
      + builtIn.map { .target(name: $0[0].name) },
    path: "Sources/Espalier", swiftSettings: settings),
  .executableTarget(
    name: "EspalierExecutable", dependencies: ["Espalier"], path: "Sources/Executable",
    swiftSettings: settings),
  .testTarget(
    name: "CommandLineTests",
    dependencies: ["Espalier"] + named(["CommandLine", "Callbacks", "Host", "References"]),
    path: "Tests/CommandLineTests", swiftSettings: settings),
  .testTarget(
    name: "EndToEndTests",
    dependencies: ["Espalier"]
      + named(["Formats", "References", "Checkout", "Compiler", "CPUBackend"]),
    path: "Tests/EndToEndTests", exclude: ["Configs"], swiftSettings: settings),
]

// What tests share: the checks that plugin authors use too, numbers of other implementations, and where
// this package and its program are.
let conformance: [Target] = [
  .target(
    name: "EspalierConformance",
    dependencies: ["Espalier"]
      + named(["Protocols", "Compiler", "Host", "Formats", "ReferenceBackend", "CPUBackend"]),
    path: "Sources/Conformance", swiftSettings: settings),
  .target(
    name: "EspalierReferences", dependencies: named(["Conformance", "Protocols"]),
    path: "Tests/Support/References", swiftSettings: settings),
  .target(
    name: "EspalierCheckout", path: "Tests/Support/Checkout", swiftSettings: settings),
  .testTarget(
    name: "ConformanceTests", dependencies: ["Espalier"] + named(["Conformance", "Formats"]),
    path: "Tests/ConformanceTests", swiftSettings: settings),
]

let coreTests: [Target] = [
  tests("Packages", uses: ["Packages", "Protocols"]),
  // Packages of their own, built as a user would.
  .testTarget(
    name: "OutsideTests", dependencies: ["Espalier"] + named(["Packages", "Host", "Checkout"]),
    path: "Tests/OutsideTests", swiftSettings: settings),
  tests("Kernels", uses: ["Kernels"]),
  tests("YAML", uses: ["YAML"], leavingOut: ["Fixtures"]),
  tests("Formats", uses: ["Formats"]),
  tests("Statistics", uses: ["Statistics", "Protocols"]),
  tests("Protocols", uses: ["Protocols", "Kernels", "Conformance", "References"]),
  tests("Compiler", uses: ["Protocols", "Compiler", "Conformance", "Kernels"]),
  .testTarget(
    name: "ExportTests",
    dependencies: ["Espalier"] + named(["Export", "Formats", "Protocols", "ReferenceBackend"]),
    path: "Tests/ExportTests", swiftSettings: settings),
  .testTarget(
    name: "ReportsTests",
    dependencies: ["Espalier"]
      + named(["Reports", "Host", "Protocols", "Metrics", "Formats", "CommandLine"]),
    path: "Tests/ReportsTests", swiftSettings: settings),
  tests(
    "Host", uses: ["Host", "Protocols", "References", "CPUBackend", "Formats", "YAML"],
    leavingOut: ["Fixtures"]),
]

let package = Package(
  name: "Espalier",
  platforms: [.macOS(.v15)],
  products: [
    .library(name: "Espalier", targets: ["Espalier"]),
    .library(name: "EspalierConformance", targets: ["EspalierConformance"]),
    .executable(name: "espalier", targets: ["EspalierExecutable"]),
  ],
  targets: core + builtIn.flatMap { $0 } + program + conformance + coreTests,
  swiftLanguageModes: [.v6],
  cLanguageStandard: .c11
)
