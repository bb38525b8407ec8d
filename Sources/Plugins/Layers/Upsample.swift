import EspalierProtocols

/// y = every value repeated `factor` times down and across: [n, c, h, w] → [n, c, h · f, w · f], or
/// [n, c, length] → [n, c, length · f].
public struct Upsample: Layer {
  public static let manifest = Manifest(
    "upsample", "every value of an image or a sequence repeated `factor` times each way",
    sample: "{upsample: {factor: 2}}")

  @Parameter("how often rows and columns are repeated", in: 1...) public var factor: Pair = 2

  public init() {}
  public init(_ factor: Pair) { self.factor = factor }

  public func callAsFunction(_ x: Tensor, in scope: Scope) throws -> Tensor {
    let factors: [Int]
    switch x.rank {
    case 4: factors = factor.list
    case 3 where factor.rows == factor.columns: factors = [factor.columns]
    case 3:
      throw PluginError(
        "upsample over sequences takes one number, not \(factor.configValue)", parameter: "factor")
    default:
      throw PluginError(
        "upsample takes images [n×channels×rows×columns] or sequences [n×channels×length], "
          + "not \(x.shape)")
    }
    // Each extent gets an axis of its own behind it, along which it is stretched.
    let lead = Array(x.shape.dimensions[..<2])
    let extents = Array(x.shape.dimensions[2...])
    let apart = Shape(lead + extents.flatMap { [$0, 1] })
    let stretched = Shape(lead + zip(extents, factors).flatMap { [$0, $1] })
    return x.reshaped(to: apart).broadcast(to: stretched)
      .reshaped(to: Shape(lead + zip(extents, factors).map(*)))
  }
}
