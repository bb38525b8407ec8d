import EspalierProtocols

/// Ends a run with an error at the first training loss that is infinite or no number.
///
/// Without it such a run goes on to its end with weights that are no numbers. The check costs a
/// comparison a step.
public struct NaNGuard: Callback {
  public static let manifest = Manifest(
    "nan_guard", "stops the run with an error at the first loss that is not finite")

  public init() {}

  public var events: Set<Event> { [.batchEnd] }
  // Before anything that could save or report the broken state.
  public var runsBefore: [String] { ["checkpoint", "early_stopping", "progress"] }

  public mutating func handle(_ event: Event, _ run: any RunState) throws -> Decision {
    let loss = run.batchLoss
    guard !loss.isFinite else { return .proceed }
    let found = loss.isNaN ? "is not a number" : "is infinite"
    throw PluginError(
      "the training loss \(found) at step \(run.step), in epoch \(run.epoch); often the learning rate "
        + "(now \(shortest(run.learningRate))) is too high, or the data hold such values")
  }
}
