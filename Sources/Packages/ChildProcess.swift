import Foundation

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Another program that is run to its end.
package struct ChildProcess: Sendable {
  /// What a program left.
  package struct Outcome: Sendable {
    /// The exit status; 128 and the signal's number where a signal ended it.
    package let status: Int32
    /// What it wrote to both of its outputs, in the order of arrival.
    package let output: String
  }

  /// The program's file.
  package let executable: String

  package init(_ executable: String) { self.executable = executable }

  /// The program of this name in the search path.
  init?(named name: String, environment: [String: String]) {
    let folders = (environment["PATH"] ?? "").split(separator: ":")
    guard
      let found = folders.lazy.map({ "\($0)/\(name)" })
        .first(where: { FileManager.default.isExecutableFile(atPath: $0) })
    else { return nil }
    executable = found
  }

  /// Runs the program with these arguments and waits for it.
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
    do { try SignalMask.open { try process.run() } } catch {
      throw PackageProblem("\(executable) cannot be run: \(error.localizedDescription)")
    }
    var all = Data()
    var rest = Data()
    let descriptor = pipe.fileHandleForReading.fileDescriptor
    while case let part = Self.read(descriptor), !part.isEmpty {
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

  /// What has come since, at least a byte; empty at the end.
  ///
  /// `FileHandle.availableData` ends the process when a signal arrives while it waits.
  private static func read(_ descriptor: Int32) -> Data {
    let size = 1 << 16
    return withUnsafeTemporaryAllocation(byteCount: size, alignment: 1) { bytes in
      while true {
        #if canImport(Darwin)
          let count = Darwin.read(descriptor, bytes.baseAddress, size)
        #elseif canImport(Musl)
          let count = Musl.read(descriptor, bytes.baseAddress, size)
        #else
          let count = Glibc.read(descriptor, bytes.baseAddress, size)
        #endif
        if count < 0, errno == EINTR { continue }
        return count > 0 ? Data(bytes[..<count]) : Data()
      }
    }
  }
}
