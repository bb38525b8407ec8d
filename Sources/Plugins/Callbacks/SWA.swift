import EspalierProtocols

/// Stochastic weight averaging: the mean of the weights at the ends of epochs is the run's result.
///
///     a ← a + (w − a)/n        at the end of every `every`-th epoch from `from` on, n counting them
///
/// Training goes on with w itself, at best with a constant `learning_rate`, so that w wanders around a
/// minimum whose middle the mean finds. At the run's end a takes the place of w, and the statistics of batch
/// norm are measured anew over the training samples; the final results are those of a. So a run that
/// averages ends with the mean, also where a callback keeps the best weights: `early_stopping` and
/// `checkpoint` go on to watch w, the former ends the run as ever, and what they keep as the best is in
/// their checkpoint only. A run that ends before `from` has averaged nothing and keeps its usual result.
/// Izmailov et al., 2018.
public struct SWA: Callback {
  public static let manifest = Manifest(
    "swa", "the mean of the weights at the ends of epochs is the run's result",
    aliases: ["stochastic_weight_averaging"], paper: "Izmailov et al., 2018",
    sample: "{swa: {from: 2, learning_rate: 0.05}}")

  @Parameter("the first epoch whose weights count; null for `after`", in: 1..., unit: "epochs")
  public var from: Int?
  @Parameter("share of the run's epochs before the first that counts", in: 0..<1)
  public var after: Double = 0.75
  @Parameter("epochs from one to the next", in: 1..., unit: "epochs") public var every: Int = 1
  @Parameter(
    "the rate from the first such epoch on; null for the schedule's", in: Bounds.positive)
  public var learningRate: Double?

  private var count = 0

  public init() {}

  public init(from: Int, every: Int = 1, learningRate: Double? = nil) {
    self.from = from
    self.every = every
    self.learningRate = learningRate
  }

  public init(after: Double, every: Int = 1, learningRate: Double? = nil) {
    self.after = after
    self.every = every
    self.learningRate = learningRate
  }

  public func observe(update: ParameterUpdate) { update.keepAverage() }

  public var events: Set<Event> {
    learningRate == nil ? [.epochEnd, .runEnd] : [.batchLoaded, .epochEnd, .runEnd]
  }

  public mutating func handle(_ event: Event, _ run: any RunState) throws -> Decision {
    let first = from ?? Int((after * Double(run.epochs)).rounded(.down)) + 1
    switch event {
    case .batchLoaded:
      if let learningRate, run.epoch >= first { run.learningRate = learningRate }
    case .epochEnd:
      guard run.epoch >= first, (run.epoch - first).isMultiple(of: every) else { break }
      count += 1
      try run.moveAverages(share: 1 / Double(count))
    default:
      if count > 0 { run.takeAveragesAsResult() }
    }
    return .proceed
  }

  public var memory: CallbackMemory {
    get { CallbackMemory(numbers: ["count": Double(count)]) }
    set { count = Int(newValue.numbers["count"] ?? 0) }
  }
}
