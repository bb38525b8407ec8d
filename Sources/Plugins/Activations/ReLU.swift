import EspalierProtocols

/// y = max(x, 0); the gradient at 0 is 0.
public struct ReLU: Activation {
  public static let manifest = Manifest("relu", "max(x, 0)", paper: "Nair and Hinton, 2010")

  public init() {}
  public var gain: Float { VarianceScaling.rectifierGain() }

  public func callAsFunction(_ x: Tensor) -> Tensor { maximum(x, 0) }
}
