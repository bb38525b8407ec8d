import EspalierProtocols

/// y = x: a linear layer, such as the last one of a regression.
public struct Identity: Activation {
  public static let manifest = Manifest("identity", "x: no change", aliases: ["linear"])

  public init() {}

  public func callAsFunction(_ x: Tensor) -> Tensor { x }
}
