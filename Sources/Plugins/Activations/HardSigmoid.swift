import EspalierProtocols

/// y = clip(x/6 + 1/2, 0, 1): a sigmoid of straight lines.
public struct HardSigmoid: Activation {
  public static let manifest = Manifest(
    "hard_sigmoid", "min(max(x/6 + 1/2, 0), 1)",
    paper: "Courbariaux and others, 2015, BinaryConnect")

  public init() {}

  public func callAsFunction(_ x: Tensor) -> Tensor { minimum(maximum(x * (1 / 6) + 0.5, 0), 1) }
}
