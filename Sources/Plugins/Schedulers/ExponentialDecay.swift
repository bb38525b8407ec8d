import EspalierProtocols

/// The rate falls by the same share each epoch: η = η₀·γᵗ, or η₀·e^(−k·t) with k = −log γ.
///
/// t counts epochs unless `unit: steps`.
public struct ExponentialDecay: Scheduler {
  public static let manifest = Manifest(
    "exponential", "η₀·γᵗ, or η₀·e^(−kt): the rate times γ each epoch",
    aliases: ["exponential_decay"], sample: "{exponential: {gamma: 0.98}}")

  @Parameter("γ, the factor of each epoch or step", in: Bounds.positive)
  public var gamma: Double?
  @Parameter("k of e^(−kt), in place of γ", in: 0...) public var k: Double?
  @Parameter("what is counted") public var unit: ScheduleUnit = .epochs

  public init() {}

  public init(gamma: Double, unit: ScheduleUnit = .epochs) {
    self.gamma = gamma
    self.unit = unit
  }

  public init(k: Double, unit: ScheduleUnit = .epochs) {
    self.k = k
    self.unit = unit
  }

  public func validate() throws {
    if gamma == nil, k == nil {
      throw PluginError("give `gamma`, the factor of each epoch, or `k`", parameter: "gamma")
    }
    if gamma != nil, k != nil {
      throw PluginError("`gamma` and `k` say the same: give one of them", parameter: "k")
    }
  }

  public func rate(_ base: Double, at time: TrainingTime, memory: inout ScheduleMemory) -> Double {
    let now = Double(time.elapsed(in: unit))
    if let k { return base * exponential(-k * now) }
    return base * power(gamma ?? 1, now)
  }
}
