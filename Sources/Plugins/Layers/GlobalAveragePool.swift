import EspalierProtocols

/// y = the mean of each channel: [n, c, …] → [n, c].
///
/// Takes the place of large dense layers behind convolutions.
public struct GlobalAveragePool: Layer {
  public static let manifest = Manifest(
    "global_average_pool", "y = mean of each channel of an image", aliases: ["global_avg_pool"],
    paper: "Lin, Chen and Yan, 2014")

  public init() {}

  public func callAsFunction(_ x: Tensor, in scope: Scope) throws -> Tensor {
    guard x.rank >= 3 else {
      throw PluginError(
        "global_average_pool takes images [n×channels×rows×columns] or sequences, not \(x.shape)")
    }
    return x.mean(Array(2..<x.rank))
  }
}
