import EspalierProtocols

/// Cosines one after another, each from the full rate down to the minimum.
///
/// Cycle i lasts T₀·fⁱ (`period` and `factor`); within it η = m + (η₀ − m)·(1 + cos(π·s/Tᵢ))/2, s
/// counted from the cycle's beginning. Counted in epochs unless `unit: steps`. Loshchilov and Hutter,
/// 2017 (SGDR).
public struct CosineRestarts: Scheduler {
  public static let manifest = Manifest(
    "cosine_restarts",
    "m + (η₀ − m)·(1 + cos(πs/T))/2, s from 0 to T again and again: half cosines in a row",
    aliases: ["cosine_warm_restarts", "sgdr"], paper: "Loshchilov and Hutter, 2017",
    sample: "{cosine_restarts: {period: 10, factor: 2}}")

  @Parameter("T₀, epochs or steps of the first cycle", in: 1...) public var period: Int
  @Parameter("f, how much longer each cycle is than the one before", in: 1...)
  public var factor: Int = 1
  @Parameter("rate at the end of each cycle", in: 0...) public var minimum: Double = 0
  @Parameter("what is counted") public var unit: ScheduleUnit = .epochs

  public init() {}

  public init(
    period: Int, factor: Int = 1, minimum: Double = 0, unit: ScheduleUnit = .epochs
  ) {
    self.period = period
    self.factor = factor
    self.minimum = minimum
    self.unit = unit
  }

  public func rate(_ base: Double, at time: TrainingTime, memory: inout ScheduleMemory) -> Double {
    var within = time.elapsed(in: unit)
    var length = period
    if factor == 1 {
      within %= length
    } else {
      // Cycles at least double, so that this takes as many turns as the count has digits.
      while within >= length {
        within -= length
        length = length.multipliedReportingOverflow(by: factor).overflow ? .max : length * factor
      }
    }
    return cosineAnneal(from: base, to: minimum, Double(within) / Double(length))
  }
}
