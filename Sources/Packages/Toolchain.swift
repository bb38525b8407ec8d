import Foundation

/// The Swift toolchain, as a program that is called.
package struct Toolchain: Sendable {
  package typealias Outcome = ChildProcess.Outcome

  private let process: ChildProcess

  /// The `swift` command.
  package var executable: String { process.executable }

  /// The toolchain that the environment names: `ESPALIER_SWIFT`, else `swift` in the search path.
  ///
  /// - Throws: ``PackageProblem`` when there is none.
  package init(environment: [String: String]) throws(PackageProblem) {
    if let named = environment["ESPALIER_SWIFT"], !named.isEmpty {
      process = ChildProcess(named)
      return
    }
    guard let found = ChildProcess(named: "swift", environment: environment) else {
      throw PackageProblem(
        "there is no Swift toolchain: `swift` is not in the search path",
        remedy: "install one from swift.org, or name its `swift` in ESPALIER_SWIFT")
    }
    process = found
  }

  /// Runs `swift` with these arguments and waits for it.
  ///
  /// - Parameters:
  ///   - folder: where it runs.
  ///   - environment: what it sees beside what this process does.
  ///   - line: called with each line as it comes.
  package func run(
    _ arguments: [String], in folder: String, environment: [String: String] = [:],
    line: ((String) -> Void)? = nil
  ) throws(PackageProblem) -> Outcome {
    try process.run(arguments, in: folder, environment: environment, line: line)
  }

  /// What tells this `swift` from another without calling it: its file, size and age.
  var fingerprint: String {
    let path = URL(fileURLWithPath: executable).resolvingSymlinksInPath().path
    let attributes = try? FileManager.default.attributesOfItem(atPath: path)
    let size = (attributes?[.size] as? NSNumber)?.intValue ?? 0
    let date = (attributes?[.modificationDate] as? Date)?.timeIntervalSince1970 ?? 0
    return "\(executable) \(path) \(size) \(date)"
  }

  /// `6.3.1`, and for which system, as `swift --version` tells.
  func version() throws(PackageProblem) -> String {
    let outcome = try run(["--version"], in: "/")
    guard outcome.status == 0 else {
      throw PackageProblem(
        "\(executable) does not tell its version: \(outcome.output.prefix(200))",
        remedy: "name another `swift` in ESPALIER_SWIFT")
    }
    return outcome.output
  }
}
