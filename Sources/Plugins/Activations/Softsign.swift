import EspalierProtocols

/// y = x / (1 + |x|), between −1 and 1 with slower saturation than tanh.
public struct Softsign: Activation {
  public static let manifest = Manifest(
    "softsign", "x/(1 + |x|): between −1 and 1", paper: "Turian, Bergstra and Bengio, 2009")

  public init() {}

  public func callAsFunction(_ x: Tensor) -> Tensor { x / (1 + abs(x)) }
}
