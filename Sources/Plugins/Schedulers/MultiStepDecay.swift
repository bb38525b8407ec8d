import EspalierProtocols

/// The rate falls by a factor at given moments: η = η₀·γⁿ, n the number of milestones reached.
///
/// Milestones count epochs unless `unit: steps`; one listed twice counts twice.
public struct MultiStepDecay: Scheduler {
  public static let manifest = Manifest(
    "multi_step", "η₀·γⁿ after n milestones: the rate times γ at given epochs",
    aliases: ["multistep"], sample: "{multi_step: {milestones: [30, 60, 90], gamma: 0.1}}")

  @Parameter("epochs or steps at which the rate falls", in: 0...) public var milestones: [Int]
  @Parameter("γ, the factor of each fall", in: Bounds.positive) public var gamma: Double = 0.1
  @Parameter("what is counted") public var unit: ScheduleUnit = .epochs

  public init() {}

  public init(milestones: [Int], gamma: Double = 0.1, unit: ScheduleUnit = .epochs) {
    self.milestones = milestones
    self.gamma = gamma
    self.unit = unit
  }

  public func rate(_ base: Double, at time: TrainingTime, memory: inout ScheduleMemory) -> Double {
    let now = time.elapsed(in: unit)
    return base * power(gamma, Double(milestones.count { $0 <= now }))
  }
}
