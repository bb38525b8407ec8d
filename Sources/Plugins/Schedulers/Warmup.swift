import EspalierProtocols

/// The rate rises from a small one to the full one, then another schedule begins.
///
/// Over w = `steps` steps, with t from 0 and a = `from`:
///
///     linear       η = η₀·(a + (1 − a)·t/w)     without `from`: η₀·(t + 1)/w
///     exponential  η = η₀·a^(1 − t/w)           `from` is 0.01 unless given
///
/// Then `then`, for which time begins at the end of the warm-up and the run is as much shorter.
/// Counted in steps unless `unit: epochs`; the rate rises at every step in both. Goyal et al., 2017.
public struct Warmup: Scheduler {
  /// The form of the rise.
  public enum Curve: String, Choice { case linear, exponential }

  public static let manifest = Manifest(
    "warmup", "η₀·(t + 1)/s in the first s steps, then another schedule: a rate that rises first",
    aliases: ["warm_up"], paper: "Goyal et al., 2017",
    sample: "{warmup: {steps: 500, then: {cosine: {minimum: 1e-5}}}}")

  @Parameter("w, steps or epochs of the rise", in: 1...) public var steps: Int
  @Parameter("share of the rate at which the rise begins", in: 0...1) public var from: Double?
  @Parameter("form of the rise") public var shape: Curve = .linear
  @Parameter("what is counted") public var unit: ScheduleUnit = .steps
  @Component("the schedule after the rise") public var then: any Scheduler = ConstantRate()

  public init() {}

  public init(
    steps: Int, from: Double? = nil, shape: Curve = .linear, unit: ScheduleUnit = .steps,
    then: any Scheduler = ConstantRate()
  ) {
    self.steps = steps
    self.from = from
    self.shape = shape
    self.unit = unit
    self.then = then
  }

  public var monitor: String? { then.monitor }

  public func validate() throws {
    if shape == .exponential, from == 0 {
      throw PluginError("a rise by factors cannot begin at 0", parameter: "from")
    }
  }

  public func rate(_ base: Double, at time: TrainingTime, memory: inout ScheduleMemory) -> Double {
    let length = unit == .epochs ? steps * max(time.stepsPerEpoch, 1) : steps
    guard time.step < length else {
      var later = time
      later.step -= length
      later.totalSteps = max(later.totalSteps - length, 0)
      var inner = memory.part("then")
      defer { memory.set(inner, as: "then") }
      return then.rate(base, at: later, memory: &inner)
    }
    let share = Double(time.step) / Double(length)
    switch (shape, from) {
    case (.linear, nil): return base * Double(time.step + 1) / Double(length)
    case (.linear, let from?): return base * (from + (1 - from) * share)
    case (.exponential, _): return base * power(from ?? 0.01, 1 - share)
    }
  }

  public func observe(_ metrics: [String: Double], memory: inout ScheduleMemory) {
    var inner = memory.part("then")
    then.observe(metrics, memory: &inner)
    memory.set(inner, as: "then")
  }
}
