// swift-tools-version: 6.1
import PackageDescription

let package = Package(
  name: "AcmePlugins",
  platforms: [.macOS(.v15)],
  products: [.library(name: "Acme", targets: ["Acme"])],
  dependencies: [.package(name: "Espalier", path: "../..")],
  targets: [
    .target(name: "Acme", dependencies: [.product(name: "Espalier", package: "Espalier")]),
    .testTarget(
      name: "AcmeTests",
      dependencies: ["Acme", .product(name: "EspalierConformance", package: "Espalier")]),
  ]
)
