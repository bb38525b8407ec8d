import EspalierProtocols

/// N(0, gain² / fan), He's 2 / fan before ReLU: keeps the variance of signals (fan in) or of
/// gradients (fan out) through rectifiers.
public struct HeNormal: Initializer {
  public static let manifest = Manifest(
    "he_normal", "normal with variance gain² / fan, gain √2 for ReLU", aliases: ["kaiming_normal"],
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
      gain: gain ?? VarianceScaling.rectifierGain(slope: slope), fan: mode.fan, .normal
    ).values(for: parameter, random: &random)
  }
}
