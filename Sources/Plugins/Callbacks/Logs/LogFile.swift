import EspalierProtocols

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A file of lines that grows at its end; each line is in the file as soon as it is appended.
final class LogFile: Sendable {
  let path: String
  private let descriptor: Int32

  /// Opens or creates the file.
  init(appendingTo path: String) throws {
    self.path = path
    descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw Self.problem("open", path) }
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  /// Writes the line and its end in one go.
  func append(_ line: String) throws {
    guard writeAll((line + "\n").utf8, to: descriptor) else { throw Self.problem("write", path) }
  }

  /// The whole lines of a file; one that was cut off at the end is left out. Empty when there is none.
  static func lines(of path: String) throws -> [String] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      if errno == ENOENT { return [] }
      throw problem("read", path)
    }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = read(descriptor, &chunk, chunk.count)
      if count < 0 {
        if errno == EINTR { continue }
        throw problem("read", path)
      }
      if count == 0 { break }
      bytes += chunk.prefix(count)
    }
    var lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    // What stands after the last line's end: nothing, or a line that was not finished.
    lines.removeLast()
    return lines.map { String(decoding: $0, as: UTF8.self) }
  }

  /// Puts other lines in the file's place; a crash leaves either the old ones or the new ones.
  static func replace(_ path: String, with lines: [String]) throws {
    let beside = path + ".new"
    let descriptor = open(beside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw problem("write", beside) }
    let text = lines.map { $0 + "\n" }.joined()
    let isWritten = writeAll(text.utf8, to: descriptor) && fsync(descriptor) == 0
    guard close(descriptor) == 0, isWritten else { throw problem("write", beside) }
    guard rename(beside, path) == 0 else { throw problem("replace", path) }
  }

  private static func problem(_ action: String, _ path: String) -> PluginError {
    PluginError("cannot \(action) \(path): \(String(cString: strerror(errno)))")
  }
}
