import EspalierProtocols

/// y = tanh x, between −1 and 1. Saturates at both ends, where its gradient vanishes.
public struct Tanh: Activation {
  public static let manifest = Manifest("tanh", "tanh(x): between −1 and 1")

  public init() {}
  public var gain: Float { 5 / 3 }

  public func callAsFunction(_ x: Tensor) -> Tensor { tanh(x) }
}
