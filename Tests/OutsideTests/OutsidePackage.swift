import EspalierCheckout
import EspalierPackages
import Foundation
import Testing

/// Packages that depend on this one, built and run as their authors would.
///
/// They are built where `espalier build` builds its programs, so that the framework is compiled once for
/// all of them, in debug: the programs are small. One at a time builds there.
@Suite(.serialized) struct Outside {
  static let root = Checkout.root

  /// The cache of `espalier build`, kept between runs.
  static let cache = root + "/.build/outside-cache"

  /// Makes programs for debugging.
  static let environment = ["ESPALIER_CACHE": cache, "ESPALIER_BUILD_CONFIGURATION": "debug"]

  private static let scratch = Result { () throws in
    let reader = try PackageReader(
      environment: ProcessInfo.processInfo.environment.merging(environment) { $1 })
    return try ProgramBuilder(reader).buildFolder(.folder(root))
  }

  static let toolchain = Result { () throws in
    try Toolchain(environment: ProcessInfo.processInfo.environment)
  }

  /// Runs `swift COMMAND` for the package in a folder.
  static func swift(
    _ command: String, _ arguments: [String] = [], package folder: String
  ) throws -> Toolchain.Outcome {
    try toolchain.get().run(
      [
        command, "--package-path", folder, "--scratch-path", scratch.get(),
        // Else SwiftPM takes what it planned for the last package in this folder for this one's.
        "--disable-build-manifest-caching",
      ] + arguments, in: folder)
  }

  /// A program that was built.
  static func program(_ name: String) throws -> ChildProcess {
    ChildProcess(try scratch.get() + "/debug/" + name)
  }

  /// A new folder that the test removes.
  static func makeFolder(_ name: String) throws -> String {
    let path = NSTemporaryDirectory() + "espalier-\(name)-\(UUID().uuidString.prefix(8))"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    return path
  }
}
