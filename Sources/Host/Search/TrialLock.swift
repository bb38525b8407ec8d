#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Who holds it trains the trial; nobody else does.
///
/// The system gives it back when its process ends, however that ends.
final class TrialLock {
  private let descriptor: Int32

  /// Waits until no other process has the trial.
  static func wait(for folder: TrialFolder) throws -> TrialLock {
    while true {
      if let lock = try TrialLock(folder) { return lock }
      usleep(100_000)
    }
  }

  /// `nil` where another process has the trial.
  init?(_ folder: TrialFolder) throws {
    let path = folder.path + "/trial.lock"
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
  }

  deinit { close(descriptor) }
}
