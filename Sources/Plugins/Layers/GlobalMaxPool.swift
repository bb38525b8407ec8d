import EspalierProtocols

/// y = the largest value of each channel: [n, c, …] → [n, c].
///
/// Equal largest values share the gradient.
public struct GlobalMaxPool: Layer {
  public static let manifest = Manifest(
    "global_max_pool", "y = max of each channel of an image",
    paper: "Lin, Chen and Yan, 2014")

  public init() {}

  public func callAsFunction(_ x: Tensor, in scope: Scope) throws -> Tensor {
    guard x.rank >= 3 else {
      throw PluginError(
        "global_max_pool takes images [n×channels×rows×columns] or sequences, not \(x.shape)")
    }
    return x.max(Array(2..<x.rank))
  }
}
