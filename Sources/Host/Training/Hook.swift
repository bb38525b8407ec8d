import EspalierProtocols

/// A closure on one event, as a callback.
public struct Hook: Callback {
  public static let manifest = Manifest("hook", "a closure of the program on one event")

  private let event: Event?
  private let body: @Sendable (any RunState) throws -> Decision

  public init() { self.init(.runStart) { _ in .proceed } }

  /// - Parameters:
  ///   - event: when it is called.
  ///   - body: reads and changes the run, and says whether it goes on.
  public init(_ event: Event, _ body: @escaping @Sendable (any RunState) throws -> Decision) {
    self.event = event
    self.body = body
  }

  public var events: Set<Event> { event.map { [$0] } ?? [] }

  public func handle(_ event: Event, _ run: any RunState) throws -> Decision { try body(run) }
}
