import EspalierProtocols

/// The rate falls as a power of the remaining time: η = m + (η₀ − m)·(1 − min(t, T)/T)ᵖ.
///
/// T is the whole run unless `steps` is given; m is `minimum`. t counts steps unless `unit: epochs`.
public struct PolynomialDecay: Scheduler {
  public static let manifest = Manifest(
    "polynomial", "m + (η₀ − m)·(1 − t/T)ᵖ: the rate falls as a power of the remaining time",
    aliases: ["polynomial_decay"], sample: "{polynomial: {power: 2}}")

  @Parameter("p, the power; 1 is a line", in: Bounds.positive) public var power: Double = 1
  @Parameter("T, steps or epochs from the first rate to the last; null is the whole run", in: 1...)
  public var steps: Int?
  @Parameter("rate at the end", in: 0...) public var minimum: Double = 0
  @Parameter("what is counted") public var unit: ScheduleUnit = .steps

  public init() {}

  public init(
    power: Double, steps: Int? = nil, minimum: Double = 0, unit: ScheduleUnit = .steps
  ) {
    self.power = power
    self.steps = steps
    self.minimum = minimum
    self.unit = unit
  }

  public func rate(_ base: Double, at time: TrainingTime, memory: inout ScheduleMemory) -> Double {
    let length = Double(max(steps ?? time.total(in: unit), 1))
    let remaining = 1 - min(Double(time.elapsed(in: unit)), length) / length
    return minimum + (base - minimum) * EspalierSchedulers.power(remaining, power)
  }
}
