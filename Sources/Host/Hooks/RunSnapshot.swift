import EspalierProtocols

/// What a run was at an event: numbers that can be read at leisure, while the run goes on.
public struct RunSnapshot: Sendable {
  /// The event.
  public let event: Event
  /// The epoch that was running, from 1, and how many there are.
  public let epoch: Int
  public let epochs: Int
  /// Steps done since the run began.
  public let step: Int
  public let stepsPerEpoch: Int
  /// Samples seen since the run began.
  public let samples: Int
  /// Seconds of training in this process.
  public let seconds: Double
  /// Mean loss of the batch just trained on.
  public let batchLoss: Double
  /// The latest results by name: `train_loss`, `validation_accuracy`.
  public let metrics: [String: Double]
  public let learningRate: Double
  /// The run's folder; `nil` when it writes none.
  public let folder: String?
  /// What the run is: name, model, data.
  public let facts: RunFacts

  init(_ event: Event, _ run: any RunState) {
    self.event = event
    epoch = run.epoch
    epochs = run.epochs
    step = run.step
    stepsPerEpoch = run.stepsPerEpoch
    samples = run.samples
    seconds = run.seconds
    batchLoss = run.batchLoss
    metrics = run.metrics
    learningRate = run.learningRate
    folder = run.folder
    facts = run.facts
  }
}
