import EspalierProtocols

/// The full rate for k steps, then the inverse square root of time: η = η₀·√k / √max(t, k).
///
/// With `from` a below 1 the rate rises in the first k steps, η = η₀·(a + (1 − a)·t/k). t counts steps
/// unless `unit: epochs`. After a `warmup` time begins anew, so leave the rise to `from`. Vaswani et
/// al., 2017.
public struct InverseSquareRoot: Scheduler {
  public static let manifest = Manifest(
    "inverse_square_root", "η₀·√k/√max(t, k): a quarter of the time has twice the rate",
    paper: "Vaswani et al., 2017", sample: "{inverse_square_root: {k: 4000, from: 0}}")

  @Parameter("k, steps or epochs after which the rate falls", in: 1...) public var k: Int
  @Parameter("share of the rate at which a rise over these begins; 1 for none", in: 0...1)
  public var from: Double = 1
  @Parameter("what is counted") public var unit: ScheduleUnit = .steps

  public init() {}

  public init(k: Int, from: Double = 1, unit: ScheduleUnit = .steps) {
    self.k = k
    self.from = from
    self.unit = unit
  }

  public func rate(_ base: Double, at time: TrainingTime, memory: inout ScheduleMemory) -> Double {
    let now = Double(time.elapsed(in: unit))
    let end = Double(k)
    return now < end
      ? base * (from + (1 - from) * now / end) : base * (end / now).squareRoot()
  }
}
