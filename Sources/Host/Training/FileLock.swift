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
  private let path: String
  private let descriptor: Int32
  private let isRemoved: Bool

  /// `nil` where another process holds it, or this one in another place.
  ///
  /// - Parameter isRemoved: whether the file goes when it is given back.
  init?(_ path: String, removed isRemoved: Bool = false) throws {
    self.path = path
    self.isRemoved = isRemoved
    guard let held = try Self.held(path) else { return nil }
    descriptor = held
    // For those who find it taken; without it they are told less.
    let text = Array("\(getpid())\n".utf8)
    if ftruncate(descriptor, 0) == 0 { _ = pwrite(descriptor, text, text.count, 0) }
  }

  /// A descriptor of the file, locked; `nil` where another one has it.
  private static func held(_ path: String) throws -> Int32? {
    while true {
      let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
      guard descriptor >= 0 else {
        throw RunFailure("\(path) cannot be opened: \(String(cString: strerror(errno)))")
      }
      var code: Int32 = 0
      repeat { code = flock(descriptor, LOCK_EX | LOCK_NB) == 0 ? 0 : errno } while code == EINTR
      if code == 0 {
        // Whoever held it before may have removed the file in between.
        var (own, named) = (stat(), stat())
        let isThere = fstat(descriptor, &own) == 0 && stat(path, &named) == 0
        if isThere, own.st_ino == named.st_ino, own.st_dev == named.st_dev { return descriptor }
      }
      close(descriptor)
      if code == EWOULDBLOCK { return nil }
      if code != 0 {
        throw RunFailure("\(path) cannot be locked: \(String(cString: strerror(code)))")
      }
    }
  }

  /// Waits until no other process holds it.
  static func waiting(for path: String) throws -> FileLock {
    while true {
      if let lock = try FileLock(path) { return lock }
      usleep(50_000)
    }
  }

  deinit {
    // While it is still held, so that nobody else's file is removed.
    if isRemoved { unlink(path) }
    close(descriptor)
  }

  /// Who holds it, or held it last: `process 1234`, or `another process`.
  static func holder(of path: String) -> String {
    let text = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
    return text.split(separator: "\n").first.flatMap { Int32($0) }.map { "process \($0)" }
      ?? "another process"
  }
}

/// A folder of runs that belong together, held by the process that trains them.
package enum HeldFolder {
  private static let file = "/process.lock"

  /// Does something in a folder that no other process writes to meanwhile.
  ///
  /// - Throws: ``RunFailure`` when another one does, and what `body` throws.
  package static func holding<Result>(
    _ folder: String, _ body: () throws -> Result
  ) throws -> Result {
    try RunFolder.make(folder)
    let path = folder + file
    guard let lock = try FileLock(path) else {
      throw RunFailure(
        "\(folder) is in use: \(FileLock.holder(of: path)) trains runs in it; wait until it has ended, or "
          + "name another folder (`--output`)")
    }
    return try withExtendedLifetime(lock, body)
  }

  /// Holds the folder of one run, for who trains it, until the lock goes.
  ///
  /// Reading the folder needs no lock: its files appear complete or not at all.
  /// - Throws: ``RunFailure`` when another process has it.
  static func lock(run folder: String) throws -> FileLock {
    if let lock = try FileLock(folder + file, removed: true) { return lock }
    throw RunFailure(
      "\(folder) is in use: \(FileLock.holder(of: folder + file)) trains the run in it; wait until it has "
        + "ended, or train in another folder (`--output`, in Swift `options.output`)")
  }
}
