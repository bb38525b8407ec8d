import EspalierProtocols

/// Times what comes before a config's training steps: fitting transforms, and making batches.
public struct DataBenchmark: Sendable {
  /// What one transform takes.
  public struct Step: Sendable {
    /// The plugin's name.
    public let name: String
    /// Seconds of fitting it to the training samples.
    public let fitting: Double
    /// Seconds of applying it to them; those of a look at all of them where they are transformed whenever they
    /// are read.
    public let applying: Double
  }

  /// How fast batches come that nobody trains on.
  public struct Rate: Sendable {
    /// Threads that make batches; with 0 the reader makes them.
    public let workers: Int
    /// Samples a second: one number a round.
    public let rounds: [Double]

    /// The middle round.
    public var median: Double { rounds.sorted()[rounds.count / 2] }
  }

  /// Seconds of opening the data and splitting, fitting and transforming them: one number a round.
  public let rounds: [Double]
  /// Seconds of opening and splitting in the round with the middle time.
  public let opening: Double
  /// The transforms in their order, in that round.
  public let steps: [Step]
  /// Samples of the training split.
  public let samples: Int
  /// Whether transformed samples are held in memory; otherwise they are read and transformed for each batch.
  public let isInMemory: Bool
  public let batchSize: Int
  /// The number of workers that a run of the config has.
  public let workers: Int
  /// With no worker, one, two, and as many as a run has, ascending.
  public let rates: [Rate]

  /// The middle round.
  public var median: Double { rounds.sorted()[rounds.count / 2] }
  /// Samples a second with the workers that a run has.
  public var samplesPerSecond: Double { rates.first { $0.workers == workers }?.median ?? 0 }

  /// - Parameters:
  ///   - backend: for the number of threads; the config's own before it.
  ///   - rounds: how many measurements.
  ///   - seconds: about how long batches are made in each.
  /// - Throws: what a run of the config would, of its data.
  public init(
    _ configuration: RunConfiguration, defaults: HostDefaults, rounds count: Int = 3,
    seconds: Double = 0.3
  ) throws {
    (configuration.backend ?? defaults.backend).setThreads(configuration.training.threads)
    var measured: [(seconds: Double, opening: Double, steps: [Step])] = []
    var last: PreparedData?
    for _ in 0..<max(count, 1) {
      last = nil  // its memory is given back first
      let (data, result) = try Self.prepared(configuration)
      last = data
      measured.append(result)
    }
    guard let data = last else { throw RunFailure("nothing was measured") }
    let middle = measured.sorted { $0.seconds < $1.seconds }[measured.count / 2]
    rounds = measured.map(\.seconds)
    opening = middle.opening
    steps = middle.steps
    samples = data.training.count
    isInMemory = data.drawn.isInMemory
    batchSize = min(configuration.training.batchSize, data.drawn.count)
    func loader(_ workers: Int?) throws -> BatchLoader {
      try BatchLoader(
        part: data.drawn, batchSize: configuration.training.batchSize,
        shuffle: configuration.training.shuffle, dropLast: configuration.training.dropLast, seed: 1,
        augmentations: configuration.data.augment, workers: workers)
    }
    workers = try loader(configuration.training.workers).workerCount
    rates = try Set([0, 1, 2, workers]).sorted().map { workers in
      let loader = try loader(workers)
      return Rate(
        workers: workers,
        rounds: try (0..<max(count, 1)).map { try Self.rate(loader, epoch: $0 + 1, seconds) })
    }
  }

  private static func prepared(
    _ configuration: RunConfiguration
  ) throws -> (PreparedData, (seconds: Double, opening: Double, steps: [Step])) {
    var opening = 0.0
    var fitting: [Int: Double] = [:]
    var applying: [Int: Double] = [:]
    var whole = Stopwatch()
    var watch = Stopwatch()
    let data = try RunData.prepare(configuration) { event, _, _ in
      if event == .dataSplit { opening = watch.lap() }
    } finished: { work in
      let seconds = watch.lap()
      switch work {
      case .fitting(let position): fitting[position] = seconds
      case .applying(let position): applying[position] = seconds
      }
    }
    let steps = data.transforms.steps.enumerated().map {
      Step(
        name: $1.plugin.pluginName, fitting: fitting[$0] ?? 0, applying: applying[$0] ?? 0)
    }
    return (data, (whole.lap(), opening, steps))
  }

  /// Samples a second, over as many epochs as fill the time.
  private static func rate(
    _ loader: BatchLoader, epoch: Int, _ seconds: Double
  ) throws -> Double {
    var epoch = epoch << 16
    var watch = Stopwatch()
    var passed = 0.0
    var samples = 0
    // The first batches wait for all that is made beforehand to be made.
    loader.start(epoch: epoch)
    for _ in 0..<2 { _ = try loader.next() }
    _ = watch.lap()
    while passed < seconds {
      guard let batch = try loader.next() else {
        epoch += 1
        loader.start(epoch: epoch)
        continue
      }
      samples += batch.count
      passed += watch.lap()
    }
    return Double(samples) / passed
  }
}
