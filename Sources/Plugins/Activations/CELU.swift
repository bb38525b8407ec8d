import EspalierProtocols

/// y = max(x, 0) + min(α · (e^(x/α) − 1), 0): ELU with a continuous gradient for every α.
public struct CELU: Activation {
  public static let manifest = Manifest(
    "celu", "x if x > 0 else alpha·(exp(x/alpha) − 1)", paper: "Barron, 2017")

  @Parameter("minus the value far below zero", in: Bounds.positive) public var alpha: Float = 1

  public init() {}
  public init(alpha: Float) { self.alpha = alpha }

  public var gain: Float { VarianceScaling.rectifierGain() }

  public func callAsFunction(_ x: Tensor) -> Tensor {
    maximum(x, 0) + alpha * expm1(minimum(x, 0) / alpha)
  }
}
