import EspalierProtocols

/// N(0, gain² · 2 / (in + out)): keeps the variance of signals and of gradients, as far as one
/// number can, before tanh and other activations that are straight near zero.
public struct XavierNormal: Initializer {
  public static let manifest = Manifest(
    "xavier_normal", "normal with variance gain² · 2 / (inputs + outputs)",
    aliases: ["glorot_normal"],
    paper: "Glorot and Bengio, 2010")

  @Parameter("factor for the activation, such as 5/3 for tanh", in: Bounds.positive)
  public var gain: Float = 1

  public init() {}
  public init(gain: Float) { self.gain = gain }

  public func values(for parameter: ParameterDescription, random: inout CounterRandom) -> [Float] {
    VarianceScaling(gain: gain, fan: .average, .normal).values(for: parameter, random: &random)
  }
}
