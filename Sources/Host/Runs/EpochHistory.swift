import EspalierProtocols

/// Keeps the results of each epoch in memory, for ``TrainingResult/history``.
struct EpochHistory: Callback {
  static let manifest = Manifest("history", "keeps the results of each epoch in memory")

  /// Only the thread of its run writes and reads it.
  private final class Memory: @unchecked Sendable { var epochs: [EpochResult] = [] }
  private let kept = Memory()

  var epochs: [EpochResult] { kept.epochs }

  var events: Set<Event> { [.epochEnd] }

  func handle(_ event: Event, _ run: any RunState) throws -> Decision {
    kept.epochs.append(
      EpochResult(epoch: run.epoch, metrics: run.metrics, learningRate: run.learningRate))
    return .proceed
  }
}
