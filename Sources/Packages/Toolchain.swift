import Foundation

/// The Swift toolchain, as a program that is called.
package struct Toolchain: Sendable {
  /// What a call of the toolchain left.
  package struct Outcome: Sendable {
    /// The exit status; 128 and the signal's number where a signal ended it.
    package let status: Int32
    /// What it wrote to both of its outputs, in the order of arrival.
    package let output: String
  }

  /// The `swift` command.
  package let executable: String

  /// The toolchain that the environment names: `ESPALIER_SWIFT`, else `swift` in the search path.
  ///
  /// - Throws: ``PackageProblem`` when there is none.
  package init(environment: [String: String]) throws(PackageProblem) {
    if let named = environment["ESPALIER_SWIFT"], !named.isEmpty {
      executable = named
      return
    }
    let folders = (environment["PATH"] ?? "").split(separator: ":")
    guard
      let found = folders.lazy.map({ $0 + "/swift" })
        .first(where: { FileManager.default.isExecutableFile(atPath: $0) })
    else {
      throw PackageProblem(
        "there is no Swift toolchain: `swift` is not in the search path",
        remedy: "install one from swift.org, or name its `swift` in ESPALIER_SWIFT")
    }
    executable = found
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
    let process = Process()
    process.executableURL = URL(fileURLWithPath: executable)
    process.arguments = arguments
    process.currentDirectoryURL = URL(fileURLWithPath: folder)
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = pipe
    process.standardInput = FileHandle.nullDevice
    do { try process.run() } catch {
      throw PackageProblem("\(executable) cannot be run: \(error.localizedDescription)")
    }
    var all = Data()
    var rest = Data()
    while case let part = pipe.fileHandleForReading.availableData, !part.isEmpty {
      all.append(part)
      guard let line else { continue }
      rest.append(part)
      while let end = rest.firstIndex(of: 10) {
        line(String(decoding: rest[rest.startIndex..<end], as: UTF8.self))
        rest = Data(rest[(end + 1)...])
      }
    }
    process.waitUntilExit()
    let status = process.terminationStatus
    return Outcome(
      status: process.terminationReason == .uncaughtSignal ? 128 + status : status,
      output: String(decoding: all, as: UTF8.self))
  }
}

/// Why a package could not be found, written or built, in words for the user.
package struct PackageProblem: Error, CustomStringConvertible, Sendable {
  /// What is wrong.
  package let message: String
  /// What can be done about it.
  package let remedy: String?

  package init(_ message: String, remedy: String? = nil) {
    self.message = message
    self.remedy = remedy
  }

  package var description: String { message + (remedy.map { "; \($0)" } ?? "") }
}
