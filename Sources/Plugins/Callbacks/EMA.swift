import EspalierProtocols

/// An exponential moving average of the parameters, which validation, test and the result use.
///
///     a ← d·a + (1 − d)·w      after each step; a = w after the first
///     d = min(decay, (1 + t)/(10 + t))  with `warmup`, t the number of the step
///
/// Training goes on with w itself. From each validation (or epoch's end, without one) to the next epoch's
/// start the two change places, so that what is measured, kept as the best and saved is the average;
/// running statistics of normalization are those of w. A run that is stopped within an epoch and keeps no
/// best weights ends with w. Polyak and Juditsky, 1992.
public struct EMA: Callback {
  public static let manifest = Manifest(
    "ema",
    "d·a + (1 − d)·w after each step: an average of the parameters is what is measured and kept",
    aliases: ["exponential_moving_average"], paper: "Polyak and Juditsky, 1992",
    sample: "{ema: {decay: 0.99}}")

  @Parameter("d, the share of the old average", in: 0..<1) public var decay: Double = 0.999
  @Parameter("a shorter average at first") public var warmup: Bool = true

  private var isExchanged = false

  public init() {}

  public init(decay: Double, warmup: Bool = true) {
    self.decay = decay
    self.warmup = warmup
  }

  public func observe(update: ParameterUpdate) {
    let limit = Float(decay)
    let share =
      warmup
      ? minimum((update.step + 1) / (update.step + 10), limit) : update.step.filled(with: limit)
    update.average { average, parameters in parameters + (average - parameters) * share }
  }

  public var events: Set<Event> { [.runStart, .epochStart, .validationStart, .epochEnd] }
  // Whoever keeps, saves or shows results of an epoch finds the average in place.
  public var runsBefore: [String] { ["checkpoint", "early_stopping"] }

  public mutating func handle(_ event: Event, _ run: any RunState) throws -> Decision {
    // A run that was cut off goes on from its start with its own parameters.
    let wants = event == .validationStart || event == .epochEnd
    // A run that has no update behind it has no averages either.
    guard wants != isExchanged, run.updates > 0 else { return .proceed }
    try run.exchangeAverages()
    isExchanged = wants
    return .proceed
  }

  public var memory: CallbackMemory {
    get { CallbackMemory(numbers: ["exchanged": isExchanged ? 1 : 0]) }
    set { isExchanged = newValue.numbers["exchanged"] == 1 }
  }
}
