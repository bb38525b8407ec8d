import EspalierProtocols

/// y = x for x > 0, else α · (eˣ − 1).
public struct ELU: Activation {
  public static let manifest = Manifest(
    "elu", "x if x > 0 else alpha·(exp(x) − 1)",
    paper: "Clevert, Unterthiner and Hochreiter, 2016")

  @Parameter("minus the value far below zero", in: Bounds.positive) public var alpha: Float = 1

  public init() {}
  public init(alpha: Float) { self.alpha = alpha }

  public var gain: Float { VarianceScaling.rectifierGain() }

  public func callAsFunction(_ x: Tensor) -> Tensor {
    maximum(x, 0) + alpha * expm1(minimum(x, 0))
  }
}
