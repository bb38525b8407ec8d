import EspalierProtocols

/// y = 1 / (1 + e⁻ˣ), between 0 and 1. Saturates at both ends, where its gradient vanishes.
public struct Sigmoid: Activation {
  public static let manifest = Manifest(
    "sigmoid", "1/(1 + exp(−x)): between 0 and 1", aliases: ["logistic"])

  public init() {}

  public func callAsFunction(_ x: Tensor) -> Tensor { sigmoid(x) }
}
