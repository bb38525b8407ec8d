import EspalierProtocols

/// The schedule of the first transformers: a linear rise, then the inverse square root of time.
///
///     η = η₀ · d^(−1/2) · min(s^(−1/2), s·w^(−3/2)),   s = t + 1
///
/// d is the model's width, w the steps of the rise. The optimizer's rate is a mere factor, usually 1.
/// Counted in steps. Vaswani et al., 2017.
public struct Noam: Scheduler {
  public static let manifest = Manifest(
    "noam", "η₀·d^(−½)·min(s^(−½), s·w^(−3/2)): a rise, then the inverse root of time",
    paper: "Vaswani et al., 2017", sample: "{noam: {width: 512, warmup: 4000}}")

  @Parameter("d, the width of the model", in: 1...) public var width: Int
  @Parameter("w, steps of the rise", in: 1...) public var warmup: Int = 4000

  public init() {}

  public init(width: Int, warmup: Int = 4000) {
    self.width = width
    self.warmup = warmup
  }

  public func rate(_ base: Double, at time: TrainingTime, memory: inout ScheduleMemory) -> Double {
    let now = Double(time.step + 1)
    let rise = now * power(Double(warmup), -1.5)
    return base * power(Double(width), -0.5) * min(power(now, -0.5), rise)
  }
}
