import EspalierPackages
import Foundation
import Testing

/// Packages that depend on this one, built and run as their authors would.
///
/// They share one build folder, so that the framework is compiled once for all of them, in debug: the
/// programs are small. One at a time builds there.
@Suite(.serialized) struct Outside {
  /// This package.
  static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path

  /// Where they are built; kept between runs.
  static let scratch = root + "/.build/outside"

  static let toolchain = Result { () throws in
    try Toolchain(environment: ProcessInfo.processInfo.environment)
  }

  /// Runs `swift COMMAND` for the package in a folder.
  static func swift(
    _ command: String, _ arguments: [String] = [], package folder: String
  ) throws -> Toolchain.Outcome {
    try toolchain.get().run(
      [command, "--package-path", folder, "--scratch-path", scratch] + arguments, in: folder)
  }

  /// A new folder that the test removes.
  static func makeFolder(_ name: String) throws -> String {
    let path = NSTemporaryDirectory() + "espalier-\(name)-\(UUID().uuidString.prefix(8))"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    return path
  }
}
