import EspalierProtocols

/// y = x · tanh(log(1 + eˣ)).
public struct Mish: Activation {
  public static let manifest = Manifest("mish", "x·tanh(softplus(x))", paper: "Misra, 2019")

  public init() {}
  public var gain: Float { VarianceScaling.rectifierGain() }

  public func callAsFunction(_ x: Tensor) -> Tensor { x * tanh(softplus(x)) }
}
