import EspalierProtocols

/// y = min(max(x, 0), 6): a rectifier for low precision.
public struct ReLU6: Activation {
  public static let manifest = Manifest(
    "relu6", "min(max(x, 0), 6)", paper: "Krizhevsky, 2010, Convolutional Deep Belief Networks")

  public init() {}
  public var gain: Float { VarianceScaling.rectifierGain() }

  public func callAsFunction(_ x: Tensor) -> Tensor { minimum(maximum(x, 0), 6) }
}
