import EspalierCheckout
import EspalierPackages
import Foundation
import Testing

/// The `espalier` program as the build made it, beside the tests, with a cache of its own.
struct BuildingProgram {
  /// Where the test works.
  let folder: String
  private let calls: String

  init(_ name: String) throws {
    folder = try Outside.makeFolder(name)
    calls = folder + "/calls"
    // A `swift` that tells what it was called for.
    let toolchain = try Outside.toolchain.get().executable
    try write("#!/bin/sh\necho \"$1\" >> '\(calls)'\nexec '\(toolchain)' \"$@\"\n", to: "swift")
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o755], ofItemAtPath: folder + "/swift")
  }

  func remove() { try? FileManager.default.removeItem(atPath: folder) }

  func write(_ text: String, to name: String) throws {
    let url = URL(fileURLWithPath: folder + "/" + name)
    try FileManager.default.createDirectory(
      at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: url)
  }

  /// A package with an activation: `factor · x³` under the name `cube`.
  ///
  /// - Parameter bundle: the line that declares the bundle.
  func writePackage(
    _ name: String, module: String, plugin: String = "cube", body: String = "x * x * x",
    bundle: String? = nil
  ) throws {
    try write(
      """
      // swift-tools-version: 6.1
      import PackageDescription

      let package = Package(
        name: "\(name)",
        platforms: [.macOS(.v15)],
        products: [.library(name: "\(module)", targets: ["\(module)"])],
        dependencies: [.package(name: "Espalier", path: \(EspalierDependency.literal(Outside.root)))],
        targets: [
          .target(
            name: "\(module)", dependencies: [.product(name: "Espalier", package: "Espalier")])
        ]
      )
      """, to: "\(name)/Package.swift")
    try write(
      """
      import Espalier

      \(bundle ?? "public let plugins = PluginBundle(\"\(module.lowercased())\") { Power.self }")

      struct Power: Activation {
        static let manifest = Manifest("\(plugin)", "a power of x")
        func callAsFunction(_ x: Tensor) -> Tensor { \(body) }
      }
      // \(UUID().uuidString): no cache knows it.
      """, to: "\(name)/Sources/\(module)/Power.swift")
  }

  static func config(plugins: String, activation: String) -> String {
    """
    plugins: \(plugins)
    data: {source: {synthetic: {kind: spirals, classes: 2, samples: 60}}}
    model: [{dense: {units: 4, activation: \(activation)}}, {dense: {units: 2}}]
    loss: cross_entropy
    optimizer: {sgd: {learning_rate: 0.01}}
    training: {epochs: 1}
    """
  }

  // MARK: Running

  struct Outcome {
    let status: Int32
    let output: String
    let error: String
  }

  /// Runs the program, or another one, in the folder.
  func run(
    _ arguments: String..., program: String? = nil, input: String = "",
    environment: [String: String] = [:]
  ) throws -> Outcome {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: try program ?? #require(Checkout.program))
    process.arguments = arguments
    process.currentDirectoryURL = URL(fileURLWithPath: folder)
    process.environment = ProcessInfo.processInfo.environment.merging(Outside.environment) { $1 }
      .merging(["ESPALIER_SWIFT": folder + "/swift"]) { $1 }.merging(environment) { $1 }
    let names = (folder + "/output", folder + "/error", folder + "/input")
    for name in [names.0, names.1] {
      _ = FileManager.default.createFile(atPath: name, contents: nil)
    }
    _ = FileManager.default.createFile(atPath: names.2, contents: Data(input.utf8))
    process.standardOutput = FileHandle(forWritingAtPath: names.0)
    process.standardError = FileHandle(forWritingAtPath: names.1)
    process.standardInput = FileHandle(forReadingAtPath: names.2)
    try SignalMask.open { try process.run() }
    process.waitUntilExit()
    func text(_ path: String) -> String {
      String(decoding: FileManager.default.contents(atPath: path) ?? Data(), as: UTF8.self)
    }
    return Outcome(
      status: process.terminationStatus, output: text(names.0), error: text(names.1))
  }

  /// What the toolchain was called for since the last question: `package`, `build`.
  func toolchainCalls() -> [String] {
    let text = FileManager.default.contents(atPath: calls) ?? Data()
    try? FileManager.default.removeItem(atPath: calls)
    return String(decoding: text, as: UTF8.self).split(separator: "\n").map(String.init)
  }

  func git(_ arguments: String..., in name: String) throws {
    let outcome = try ChildProcess("/usr/bin/env").run(
      ["git", "-c", "user.name=a", "-c", "user.email=a@b"] + arguments, in: folder + "/" + name)
    #expect(outcome.status == 0, "\(outcome.output)")
  }
}
