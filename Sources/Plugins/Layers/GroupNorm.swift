import EspalierProtocols

/// y = γ · (x − mean) / √(variance + ε) + β, within each sample over each group of channels: [n, c, …].
///
/// With one group this is a layer norm over all axes of a sample, with as many as channels an instance
/// norm. Parameters: `weight` γ and `bias` β, [c].
public struct GroupNorm: Layer {
  public static let manifest = Manifest(
    "group_norm", "γ·(x − mean)/√(variance + epsilon) + β, within groups of a sample's channels",
    paper: "Wu and He, 2018", sample: "{group_norm: {groups: 2}}")

  @Parameter("number of groups into which channels are split", in: 1...) public var groups = 32
  @Parameter("added to the variance", in: Bounds.positive) public var epsilon: Float = 1e-5
  @Parameter("whether scale and shift are learned") public var affine = true

  public init() {}
  public init(_ groups: Int = 32, epsilon: Float = 1e-5, affine: Bool = true) {
    self.groups = groups
    self.epsilon = epsilon
    self.affine = affine
  }

  public func callAsFunction(_ x: Tensor, in scope: Scope) throws -> Tensor {
    guard x.rank >= 2 else {
      throw PluginError("group_norm takes [n×channels×…], not \(x.shape)")
    }
    let channels = x.shape[1]
    try checkGroups(groups, of: channels, "channels")
    // Sums of channels are joined to sums of groups, so that an image keeps its layout.
    func groupMean(_ x: Tensor) -> Tensor {
      let sums = x.sum(Array(2..<x.rank), keepingAxes: true)
        .reshaped(to: [x.shape[0], groups, channels / groups])
      let count = Float(x.shape.count / max(x.shape[0] * groups, 1))
      let means = sums.sum([2], keepingAxes: true) / count
      return means.broadcast(to: sums.shape)
        .reshaped(
          to: Shape([x.shape[0], channels] + x.shape.dimensions.dropFirst(2).map { _ in 1 }))
    }
    let centered = x - groupMean(x)
    let y = centered * (1 / sqrt(groupMean(square(centered)) + epsilon))
    return affine ? scope.scaledAndShifted(y) : y
  }
}
