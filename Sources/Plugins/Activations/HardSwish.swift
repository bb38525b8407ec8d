import EspalierProtocols

/// y = x · clip(x/6 + 1/2, 0, 1): SiLU of straight lines.
public struct HardSwish: Activation {
  public static let manifest = Manifest(
    "hard_swish", "x·min(max(x/6 + 1/2, 0), 1)", paper: "Howard and others, 2019, MobileNetV3")

  public init() {}
  public var gain: Float { VarianceScaling.rectifierGain() }

  public func callAsFunction(_ x: Tensor) -> Tensor {
    x * minimum(maximum(x * (1 / 6) + 0.5, 0), 1)
  }
}
