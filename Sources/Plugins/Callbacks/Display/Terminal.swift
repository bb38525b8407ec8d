#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// What the place where messages appear can show.
package struct Terminal: Sendable, Equatable {
  /// A terminal whose cursor can be moved.
  package var isLive: Bool
  package var hasColor: Bool
  /// Without characters beyond ASCII.
  package var isASCII: Bool

  /// - Parameters:
  ///   - isTTY: whether the output is a terminal at all.
  ///   - environment: the process's variables by name.
  package init(isTTY: Bool, environment: (String) -> String?) {
    let isDumb = environment("TERM") == "dumb"
    // Builds on servers often have a terminal, but nobody in front of it.
    let isServer = environment("CI").map { !$0.isEmpty && $0 != "false" && $0 != "0" } ?? false
    isLive = isTTY && !isDumb && !isServer
    hasColor = isLive && (environment("NO_COLOR") ?? "").isEmpty
    // The first of these that is set and not empty decides, as in the C library.
    let locale =
      ["LC_ALL", "LC_CTYPE", "LANG"].lazy.compactMap(environment).first { !$0.isEmpty } ?? ""
    let lower = locale.lowercased()
    isASCII = !(lower.contains("utf-8") || lower.contains("utf8"))
  }

  /// Of this process's standard error.
  package static var current: Terminal {
    Terminal(isTTY: isatty(2) == 1) { name in getenv(name).map { String(cString: $0) } }
  }

  /// Columns of standard error's window, as they are now; 80 where it has none.
  package static var columns: Int {
    var size = winsize()
    guard ioctl(2, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
    return Int(size.ws_col)
  }
}

/// Where the display writes.
package protocol DisplayOutput: Sendable {
  func write(_ text: String)
  var columns: Int { get }
}

/// Standard error, unbuffered: each text is written in one go.
struct StandardError: DisplayOutput {
  func write(_ text: String) { _ = writeAll(text.utf8, to: 2) }
  var columns: Int { Terminal.columns }
}

/// Writes all bytes; false when that fails.
func writeAll(_ text: some Collection<UInt8>, to descriptor: Int32) -> Bool {
  var bytes = Array(text)[...]
  while !bytes.isEmpty {
    let count = bytes.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
    if count < 0 {
      if errno == EINTR { continue }
      return false
    }
    bytes = bytes.dropFirst(count)
  }
  return true
}
