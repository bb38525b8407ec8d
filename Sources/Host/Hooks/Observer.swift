import Dispatch
import EspalierProtocols
import Synchronization

/// An asynchronous closure of a program on one event, as a callback.
///
/// It is given a snapshot and works beside the run, one event after another; the run does not wait for it
/// but at its own end, unless asked to. What it throws ends the run at its next event.
public struct Observer: Callback {
  public static let manifest = Manifest("observer", "an asynchronous closure on one event")

  /// Snapshots that may wait for the closure; then the run waits too, so that memory stays bounded.
  static let mostPending = 256

  private let event: Event
  private let name: String
  private let interval: Int
  private let waits: Bool
  private let queue: ObserverQueue

  public init() { self.init(.runStart) { _ in } }

  /// - Parameters:
  ///   - event: when it is called.
  ///   - interval: at the events of a step, the steps from one call to the next.
  ///   - waits: whether the run waits at the event until the closure is done.
  ///   - name: what it is called in messages and in `plan`.
  ///   - body: looks at the snapshot.
  public init(
    _ event: Event, every interval: Int = 1, waits: Bool = false, named name: String = "observer",
    _ body: @escaping @Sendable (RunSnapshot) async throws -> Void
  ) {
    self.event = event
    self.interval = max(interval, 1)
    self.waits = waits
    self.name = name
    queue = ObserverQueue(body)
  }

  public var pluginName: String { name }
  public var events: Set<Event> { [event, .runEnd] }

  public func isDue(_ event: Event, at step: Int) -> Bool {
    event != self.event || step % interval == 0
  }

  public func handle(_ event: Event, _ run: any RunState) throws -> Decision {
    try queue.rethrow()
    if event == self.event {
      queue.add(RunSnapshot(event, run))
      queue.wait(untilPending: waits ? 0 : Self.mostPending)
    }
    if event == .runEnd { queue.wait(untilPending: 0) }
    try queue.rethrow()
    return .proceed
  }
}

/// Calls an asynchronous closure with one snapshot after another.
///
/// Its tasks run on a queue of its own: a run that waits for them may itself occupy a thread of the
/// common pool, which on a small machine is the only one.
private final class ObserverQueue: TaskExecutor {
  private struct State {
    var waiting: [RunSnapshot] = []
    /// Whether a task is at work on what waits.
    var isRunning = false
    var failure: (any Error)?
  }
  private let state = Mutex(State())
  private let changed = DispatchSemaphore(value: 0)
  private let threads = DispatchQueue(label: "espalier.observer")
  private let body: @Sendable (RunSnapshot) async throws -> Void

  init(_ body: @escaping @Sendable (RunSnapshot) async throws -> Void) { self.body = body }

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    threads.async { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
  }

  func add(_ snapshot: RunSnapshot) {
    let starts = state.withLock { state in
      guard state.failure == nil else { return false }
      state.waiting.append(snapshot)
      defer { state.isRunning = true }
      return !state.isRunning
    }
    if starts { Task(executorPreference: self) { await self.work() } }
  }

  private func work() async {
    while true {
      let next = state.withLock { state -> RunSnapshot? in
        guard let first = state.waiting.first else {
          state.isRunning = false
          return nil
        }
        return first
      }
      guard let next else {
        changed.signal()
        return
      }
      do {
        try await body(next)
        state.withLock { _ = $0.waiting.removeFirst() }
      } catch {
        state.withLock { state in
          state.failure = error
          state.waiting = []
        }
      }
      changed.signal()
    }
  }

  /// Waits until no more than so many snapshots are left.
  func wait(untilPending most: Int) {
    while state.withLock({ $0.waiting.count > most || most == 0 && $0.isRunning }) {
      changed.wait()
    }
  }

  func rethrow() throws {
    if let failure = state.withLock({ $0.failure }) { throw failure }
  }
}
