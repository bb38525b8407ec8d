/// Numbers that threads take in turn, and what became of each.
final class SharedWork<Outcome: Sendable>: @unchecked Sendable {
  // Guarded by the monitor.
  private var results: [Result<Outcome, any Error>?]
  private var begun = 0
  private var stops = false
  private let monitor = Monitor(conditions: 0)

  init(_ count: Int) { results = Array(repeating: nil, count: count) }

  func exclusively<Value>(_ body: () throws -> Value) rethrows -> Value {
    monitor.lock()
    defer { monitor.unlock() }
    return try body()
  }

  /// The next number; `nil` when there is none, or one before stopped or failed.
  func next() -> Int? {
    monitor.lock()
    defer { monitor.unlock() }
    guard begun < results.count, !stops else { return nil }
    defer { begun += 1 }
    return begun
  }

  /// - Parameter stopping: whether no other is begun after this outcome; one call at a time.
  func finish(
    _ index: Int, _ result: Result<Outcome, any Error>, stopping: (Outcome) -> Bool
  ) {
    monitor.lock()
    defer { monitor.unlock() }
    results[index] = result
    switch result {
    case .success(let outcome): if stopping(outcome) { stops = true }
    case .failure: stops = true
    }
  }

  /// Of those that were begun, in their order.
  ///
  /// - Throws: what the first that failed threw.
  func outcomes() throws -> [Outcome] { try results.compactMap { try $0?.get() } }
}
