import Foundation

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A file that one process holds at a time, with its number in it.
///
/// The system gives it back when its process ends, however that ends.
final class FileLock {
  private let descriptor: Int32

  /// `nil` where another process holds it, or this one in another place.
  init?(_ path: String) throws {
    descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else {
      throw RunFailure("\(path) cannot be opened: \(String(cString: strerror(errno)))")
    }
    while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
      let code = errno
      if code == EINTR { continue }
      if code == EWOULDBLOCK { return nil }
      throw RunFailure("\(path) cannot be locked: \(String(cString: strerror(code)))")
    }
    // For those who find it taken; without it they are told less.
    let text = Array("\(getpid())\n".utf8)
    if ftruncate(descriptor, 0) == 0 { _ = pwrite(descriptor, text, text.count, 0) }
  }

  /// Waits until no other process holds it.
  static func waiting(for path: String) throws -> FileLock {
    while true {
      if let lock = try FileLock(path) { return lock }
      usleep(50_000)
    }
  }

  deinit { close(descriptor) }

  /// Who holds it, or held it last: `process 1234`, or `another process`.
  static func holder(of path: String) -> String {
    let text = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
    return text.split(separator: "\n").first.flatMap { Int32($0) }.map { "process \($0)" }
      ?? "another process"
  }
}

/// A folder of runs that belong together, held by the process that trains them.
package enum HeldFolder {
  /// Does something in a folder that no other process writes to meanwhile.
  ///
  /// - Throws: ``RunFailure`` when another one does, and what `body` throws.
  package static func holding<Result>(
    _ folder: String, _ body: () throws -> Result
  ) throws -> Result {
    try RunFolder.make(folder)
    let path = folder + "/process.lock"
    guard let lock = try FileLock(path) else {
      throw RunFailure(
        "\(folder) is in use: \(FileLock.holder(of: path)) trains runs in it; wait until it has ended, or "
          + "name another folder (`--output`)")
    }
    return try withExtendedLifetime(lock, body)
  }
}
