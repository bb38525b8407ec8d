import EspalierProtocols

/// A closure of a program on one event, as a callback.
///
/// The run calls it on the thread that trains, so the closure may use what it likes of the program's
/// own; it holds up the step for as long as it takes.
public struct Hook: Callback {
  public static let manifest = Manifest("hook", "a closure of the program on one event")

  /// The closure, which only the thread of the run calls.
  private struct Body: @unchecked Sendable {
    let call: (any RunState) throws -> Decision
  }

  private let event: Event
  private let name: String
  private let interval: Int
  private let body: Body
  public let runsBefore: [String]
  public let runsAfter: [String]

  public init() { self.init(.runStart) { _ in .proceed } }

  /// - Parameters:
  ///   - event: when it is called.
  ///   - interval: at the events of a step, the steps from one call to the next.
  ///   - name: what it is called in messages and in `plan`.
  ///   - before: names of callbacks that are called after it.
  ///   - after: names of callbacks that are called before it.
  ///   - body: reads and changes the run, and says whether it goes on.
  public init(
    _ event: Event, every interval: Int = 1, named name: String = "hook", before: [String] = [],
    after: [String] = [], _ body: @escaping (any RunState) throws -> Decision
  ) {
    self.event = event
    self.interval = max(interval, 1)
    self.name = name
    self.body = Body(call: body)
    runsBefore = before
    runsAfter = after
  }

  public var pluginName: String { name }
  public var events: Set<Event> { [event] }

  public func isDue(_ event: Event, at step: Int) -> Bool { step % interval == 0 }

  public func handle(_ event: Event, _ run: any RunState) throws -> Decision {
    try body.call(run)
  }
}
