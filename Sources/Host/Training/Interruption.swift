import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Signals that ask a run to stop or to save.
///
/// The handlers only set flags, which the loop reads after each step. The second Ctrl-C ends the
/// process at once.
enum Interruption {
  private static let stop = Atomic<Int32>(0)
  private static let save = Atomic<Bool>(false)

  /// The signal that asked to stop, if one did.
  static var pending: Int32? {
    let signal = stop.load(ordering: .relaxed)
    return signal == 0 ? nil : signal
  }

  /// Whether a checkpoint was asked for since the last call.
  static func takeSaveRequest() -> Bool {
    guard save.load(ordering: .relaxed) else { return false }
    return save.exchange(false, ordering: .relaxed)
  }

  private static let asked: @convention(c) (Int32) -> Void = { number in
    if Interruption.stop.exchange(number, ordering: .relaxed) != 0 { _exit(128 + number) }
  }

  private static let askedToSave: @convention(c) (Int32) -> Void = { _ in
    Interruption.save.store(true, ordering: .relaxed)
  }

  /// Listens while `body` runs, then gives the signals back to whoever had them.
  ///
  /// Runs may overlap: the first one takes the signals, the last one gives them back.
  static func listening<Result>(_ body: () throws -> Result) rethrows -> Result {
    listeners.withLock { listeners in
      listeners.count += 1
      guard listeners.count == 1 else { return }
      stop.store(0, ordering: .relaxed)
      save.store(false, ordering: .relaxed)
      listeners.before = [
        (SIGINT, signal(SIGINT, Self.asked)), (SIGTERM, signal(SIGTERM, Self.asked)),
        (SIGUSR1, signal(SIGUSR1, Self.askedToSave)),
      ]
    }
    defer {
      listeners.withLock { listeners in
        listeners.count -= 1
        guard listeners.count == 0 else { return }
        for (number, handler) in listeners.before { _ = signal(number, handler) }
        listeners.before = []
      }
    }
    return try body()
  }

  private struct Listeners: @unchecked Sendable {
    var count = 0
    /// Who had the signals before.
    var before: [(number: Int32, handler: (@convention(c) (Int32) -> Void)?)] = []
  }
  private static let listeners = Mutex(Listeners())
}
