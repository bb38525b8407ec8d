import EspalierProtocols

/// y = the sample's numbers in a row: [n, …] → [n, features].
public struct Flatten: Layer {
  public static let manifest = Manifest(
    "flatten", "the sample's numbers in a row, as a dense layer takes them")

  public init() {}

  public func callAsFunction(_ x: Tensor, in scope: Scope) throws -> Tensor {
    guard x.rank >= 1 else { throw PluginError("flatten takes samples, not a single number") }
    return x.reshaped(to: [x.shape[0], x.shape.dimensions.dropFirst().reduce(1, *)])
  }
}
