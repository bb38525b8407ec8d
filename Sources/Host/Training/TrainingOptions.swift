import EspalierProtocols

/// What a program brings to runs whose configs do not say otherwise.
public struct HostDefaults: Sendable {
  /// What runs the computation.
  public var backend: any Backend
  /// Callbacks that every run has unless its config names them itself: display, logs, checkpoints.
  public var callbacks: [any Callback]

  public init(backend: any Backend, callbacks: [any Callback] = []) {
    self.backend = backend
    self.callbacks = callbacks
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

/// A run that is over.
public struct TrainingResult: Sendable {
  /// How it came to its end.
  public let end: TrainingEnd
  /// The run's folder, if it wrote one.
  public let folder: String?
  /// The last epoch's results and the test's, by name.
  public let metrics: [String: Double]
  /// The epoch whose weights are the result; `nil` when the last ones are.
  public let bestEpoch: Int?
  /// What stands in `summary.json`.
  public let summary: RunSummary
}

extension RunConfiguration {
  /// Threads that prepare batches; `nil` chooses by what there is to do.
  var workers: Int? { training.workers }
}
