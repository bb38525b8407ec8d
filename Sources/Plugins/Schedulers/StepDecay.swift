import EspalierProtocols

/// The rate falls by a factor at regular intervals: η = η₀·γ^⌊t/s⌋.
///
/// t counts epochs unless `unit: steps`, s is `step_size` in the same unit.
public struct StepDecay: Scheduler {
  public static let manifest = Manifest(
    "step", "η₀·γ^⌊t/s⌋: the rate times γ every s epochs", aliases: ["step_decay"],
    sample: "{step: {step_size: 30, gamma: 0.1}}")

  @Parameter("s, epochs or steps between two falls", in: 1...) public var stepSize: Int
  @Parameter("γ, the factor of each fall", in: Bounds.positive) public var gamma: Double = 0.1
  @Parameter("what is counted") public var unit: ScheduleUnit = .epochs

  public init() {}

  public init(stepSize: Int, gamma: Double = 0.1, unit: ScheduleUnit = .epochs) {
    self.stepSize = stepSize
    self.gamma = gamma
    self.unit = unit
  }

  public func rate(_ base: Double, at time: TrainingTime, memory: inout ScheduleMemory) -> Double {
    base * power(gamma, Double(time.elapsed(in: unit) / stepSize))
  }
}
