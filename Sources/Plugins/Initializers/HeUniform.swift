import EspalierProtocols

/// −b ≤ x < b with b = gain · √(3 / fan), √(6 / fan) before ReLU: keeps the variance of signals
/// (fan in) or of gradients (fan out) through rectifiers.
public struct HeUniform: Initializer {
  public static let manifest = Manifest(
    "he_uniform", "uniform within ±gain · √(3 / fan), gain √2 for ReLU",
    aliases: ["kaiming_uniform"],
    paper: "He and others, 2015")

  @Parameter("`fan_in` keeps the size of signals, `fan_out` that of gradients")
  public var mode = FanMode.fanIn
  @Parameter("slope of the rectifier for negative inputs, as of leaky_relu", in: 0...1)
  public var slope: Float = 0
  @Parameter("factor for the activation; √(2 / (1 + slope²)) unless given", in: Bounds.positive)
  public var gain: Float? = nil

  public init() {}
  public init(mode: FanMode = .fanIn, slope: Float = 0, gain: Float? = nil) {
    self.mode = mode
    self.slope = slope
    self.gain = gain
  }

  public func values(for parameter: ParameterDescription, random: inout CounterRandom) -> [Float] {
    VarianceScaling(
      gain: gain ?? VarianceScaling.rectifierGain(slope: slope), fan: mode.fan, .uniform
    ).values(for: parameter, random: &random)
  }
}
