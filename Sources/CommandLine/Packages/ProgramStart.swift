import EspalierPackages
import Foundation

#if canImport(Glibc)
  @preconcurrency import Glibc
#elseif canImport(Musl)
  @preconcurrency import Musl
#elseif canImport(Darwin)
  @preconcurrency import Darwin
#endif

/// Puts another program in this one's place.
enum ProgramStart {
  /// The variable that tells a program by its key that it was started so.
  static let mark = "ESPALIER_PROGRAM"

  static func forgetMark() { unsetenv(mark) }

  /// Goes on as another program, with the name that the user called this one by.
  ///
  /// - Returns: why that was not possible, in the system's words.
  static func replace(with path: String, arguments: [String], mark key: String) -> String {
    setenv(mark, key, 1)
    let name = Swift.CommandLine.arguments.first ?? path
    var words: [UnsafeMutablePointer<CChar>?] = ([name] + arguments).map { strdup($0) }
    words.append(nil)
    defer { for word in words { free(word) } }
    _ = SignalMask.open { execv(path, words) }
    let reason = String(cString: strerror(errno))
    unsetenv(mark)
    return reason
  }
}

/// The standard input of this process, read more than once.
enum StandardInput {
  /// Puts a file without a name in the place of standard input, with all that it has to say.
  ///
  /// The config is read to see what it needs, and then once more, perhaps by another program.
  static func keep() throws(CommandFailure) {
    let folder = FileManager.default.temporaryDirectory.path
    var name = Array((folder + "/espalier-XXXXXX").utf8CString)
    let file = mkstemp(&name)
    guard file >= 0 else { throw failure() }
    defer { close(file) }
    unlink(name)
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = read(STDIN_FILENO, &buffer, buffer.count)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw failure() }
      if count == 0 { break }
      var done = 0
      while done < count {
        let written = buffer.withUnsafeBytes { write(file, $0.baseAddress! + done, count - done) }
        if written < 0, errno == EINTR { continue }
        guard written >= 0 else { throw failure() }
        done += written
      }
    }
    guard dup2(file, STDIN_FILENO) >= 0 else { throw failure() }
    rewind()
  }

  /// What was kept is read from its beginning.
  static func rewind() { lseek(STDIN_FILENO, 0, SEEK_SET) }

  private static func failure() -> CommandFailure {
    CommandFailure("standard input cannot be kept: \(String(cString: strerror(errno)))")
  }
}
