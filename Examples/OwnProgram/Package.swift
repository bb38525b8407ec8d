// swift-tools-version: 6.1
import PackageDescription

let package = Package(
  name: "OwnProgram",
  platforms: [.macOS(.v15)],
  dependencies: [
    .package(name: "Espalier", path: "../.."),
    .package(name: "AcmePlugins", path: "../AcmePlugins"),
  ],
  targets: [
    .executableTarget(
      name: "own-program",
      dependencies: [
        .product(name: "Espalier", package: "Espalier"),
        .product(name: "Acme", package: "AcmePlugins"),
      ],
      path: "Sources/OwnProgram")
  ]
)
