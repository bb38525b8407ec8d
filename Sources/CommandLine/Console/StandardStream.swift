#if canImport(Glibc)
  @preconcurrency import Glibc
#elseif canImport(Musl)
  @preconcurrency import Musl
#elseif canImport(Darwin)
  @preconcurrency import Darwin
#endif

/// Standard output or standard error of this process, written to without a buffer.
package final class StandardStream: TextSink, @unchecked Sendable {
  private let descriptor: Int32
  package let hasColour: Bool
  // Only the thread that runs the command writes.
  private var failure: Int32 = 0

  init(_ descriptor: Int32, environment: [String: String]) {
    self.descriptor = descriptor
    let refuses = environment["NO_COLOR"].map { !$0.isEmpty } ?? false
    hasColour = isatty(descriptor) == 1 && !refuses && environment["TERM"] != "dumb"
  }

  package func write(_ text: String) {
    guard failure == 0 else { return }
    var text = text
    text.withUTF8 { bytes in
      var rest = UnsafeRawBufferPointer(bytes)
      while !rest.isEmpty {
        #if canImport(Darwin)
          let count = Darwin.write(descriptor, rest.baseAddress, rest.count)
        #elseif canImport(Musl)
          let count = Musl.write(descriptor, rest.baseAddress, rest.count)
        #else
          let count = Glibc.write(descriptor, rest.baseAddress, rest.count)
        #endif
        if count < 0, errno == EINTR { continue }
        guard count >= 0 else {
          failure = errno
          return
        }
        rest = UnsafeRawBufferPointer(rebasing: rest[count...])
      }
    }
  }

  /// A reader that has gone away, as `head` does, is no problem.
  package var problem: String? {
    failure == 0 || failure == EPIPE ? nil : String(cString: strerror(failure))
  }
}

extension Console {
  /// The console of this process.
  ///
  /// From here on a closed pipe ends neither a run nor the process: what is written there is lost.
  package static func process() -> Console {
    signal(SIGPIPE, SIG_IGN)
    let environment = processEnvironment()
    return Console(
      output: StandardStream(STDOUT_FILENO, environment: environment),
      error: StandardStream(STDERR_FILENO, environment: environment), environment: environment)
  }

  private static func processEnvironment() -> [String: String] {
    #if canImport(Darwin)
      var entry: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?> = _NSGetEnviron().pointee
    #else
      var entry: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?> = environ
    #endif
    var result: [String: String] = [:]
    while let text = entry.pointee {
      let pair = String(cString: text)
      if let equals = pair.firstIndex(of: "=") {
        result[String(pair[..<equals])] = String(pair[pair.index(after: equals)...])
      }
      entry += 1
    }
    return result
  }
}
