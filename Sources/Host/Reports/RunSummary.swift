import EspalierProtocols

/// What a run came to: `summary.json`.
public struct RunSummary: Codable, Sendable {
  /// Seconds of each phase.
  public struct Phases: Codable, Sendable {
    /// Reading and splitting data, fitting transforms.
    public var data = 0.0
    /// Recording and planning the step, first weights.
    public var compile = 0.0
    /// All epochs, validations included.
    public var training = 0.0
    /// The final measurements.
    public var evaluation = 0.0
    public init() {}
  }

  /// What the run is called.
  public var name: String
  /// `finished`, `stopped`, `interrupted`, or `failed`.
  public var status: String
  /// Why it stopped, if it did before its last epoch.
  public var reason: String?
  /// Epochs that were begun.
  public var epochs: Int
  /// Steps that were done.
  public var steps: Int
  /// The epoch whose weights are saved; `nil` when the last ones are.
  public var bestEpoch: Int?
  /// Results of the saved weights by split: `validation`, `test`; and `train` of the last epoch.
  public var results: [String: [String: Double]]
  /// Samples trained on a second, data included.
  public var samplesPerSecond: Double
  /// Share of the training time in which steps waited for data.
  public var dataWaitShare: Double
  /// The seed of all random numbers.
  public var seed: UInt64
  /// Numbers that are learned.
  public var parameters: Int
  /// Samples by split.
  public var samples: [String: Int]
  /// Whether training samples were read from their source whenever they were needed, since they are not in
  /// memory; `nil` when they are.
  public var streamed: Bool?
  /// Samples that an epoch draws, where balancers change their number.
  public var drawnSamples: Int?
  /// The balancers that looked at the inputs of the test split; `nil` where none did. What is measured
  /// there holds for these very samples.
  public var testInputsUsedBy: [String]?
  /// The trained model that the run started from, and what of it was loaded; `nil` for one that began
  /// afresh.
  public var startedFrom: StartReport?
  /// What each cleaner left out, in their order.
  public var cleaning: [CleaningReport]
  /// What the sources tell of their data, such as images that cannot be read; `nil` where that is nothing.
  public var dataNotes: [String]?
  /// Where the time went.
  public var seconds: Phases
  /// The version of Espalier.
  public var version: String
  /// What computed.
  public var backend: String
  /// The machine.
  public var system: String
  /// How the program was called.
  public var commandLine: [String]
  /// Bytes of temporary memory of the training step's plan.
  public var planBytes: Int
}

/// The version of Espalier.
public let espalierVersion = "0.1.0"
