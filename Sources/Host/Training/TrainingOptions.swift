import EspalierProtocols

/// What a program brings to runs whose configs do not say otherwise.
public struct HostDefaults: Sendable {
  /// What runs the computation.
  public var backend: any Backend
  /// Callbacks that every run has unless its config names them itself: display, logs, checkpoints.
  public var callbacks: [any Callback]
  /// What makes members of an ensemble differ.
  public var ensembles: EnsembleBalancers?
  /// Writes the report of a run that has ended into its folder, unless its config wants none. The model is
  /// there where the run measured it; it is missing of runs that failed or were interrupted.
  package var report:
    (
      @Sendable (_ folder: String, _ configuration: RunConfiguration, _ trained: TrainedRun?) throws
        -> Void
    )?

  public init(
    backend: any Backend, callbacks: [any Callback] = [], ensembles: EnsembleBalancers? = nil
  ) {
    self.backend = backend
    self.callbacks = callbacks
    self.ensembles = ensembles
  }
}

/// The balancers that members of an ensemble are trained with.
public struct EnsembleBalancers: Sendable {
  /// Draws training samples with replacement, by the run's seed.
  public var bootstrap: any Balancer
  /// Takes how much each training sample counts from a `.npy` file.
  public var weights: @Sendable (FilePath) -> any Balancer

  public init(
    bootstrap: any Balancer, weights: @escaping @Sendable (FilePath) -> any Balancer
  ) {
    self.bootstrap = bootstrap
    self.weights = weights
  }
}

/// How to run a config, beside what it says itself.
public struct TrainingOptions: Sendable {
  /// The run's folder; by default `runs/NAME-TIME`.
  public var output: String?
  /// Whether a finished run in that folder may be replaced.
  public var force = false
  /// Threads that compute; `nil` for what the config says.
  public var threads: Int?
  /// Whether anything is written; without a folder there are no logs and no checkpoints.
  public var writesFolder = true
  /// The arguments of the program, for the summary.
  public var commandLine: [String] = []
  /// Whether SIGINT and SIGTERM end the run in good order and SIGUSR1 saves it, while it trains.
  public var catchesSignals = true
  /// Closures on events, after the config's callbacks.
  public var hooks: [any Callback] = []

  public init() {}
}

/// How a run came to its end.
public enum TrainingEnd: Sendable, Hashable {
  /// All epochs are done.
  case finished
  /// A callback ended it, for this reason.
  case stopped(String)
  /// A signal ended it; it can be resumed.
  case interrupted(signal: Int32)
}

/// The results of one epoch.
public struct EpochResult: Sendable {
  /// Its number, from 1.
  public let epoch: Int
  /// The results by name: `train_loss`, `validation_accuracy`; where the epoch did not validate, those of
  /// the last validation.
  public let metrics: [String: Double]
  /// The rate of its last step.
  public let learningRate: Double

  /// A result by its name: `epoch["validation_loss"]`.
  public subscript(name: String) -> Double? { metrics[name] }
}

/// A run that is over.
public struct TrainingResult: Sendable {
  /// How it came to its end.
  public let end: TrainingEnd
  /// The run's folder, if it wrote one.
  public let folder: String?
  /// The last epoch's results and the test's, by name.
  public let metrics: [String: Double]
  /// Results that are matrices, by name: `test_confusion_matrix`.
  public let matrices: [String: MetricResult]
  /// The results of each epoch that this process trained.
  public let history: [EpochResult]
  /// The epoch whose weights are the result; `nil` when the last ones are.
  public let bestEpoch: Int?
  /// What stands in `summary.json`.
  public let summary: RunSummary
  /// Why the run's report could not be written; the run itself is none the worse.
  public internal(set) var reportFailure: String?

  /// A result by its name: `result["validation_accuracy"]`.
  public subscript(name: String) -> Double? { metrics[name] }
}

extension RunConfiguration {
  /// Threads that prepare batches; `nil` chooses by what there is to do.
  var workers: Int? { training.workers }
}
