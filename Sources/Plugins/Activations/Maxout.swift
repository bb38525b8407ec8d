import EspalierProtocols

/// y = the largest of each group of `pieces` neighbouring features or channels (axis 1):
/// [n, c · pieces, …] → [n, c, …].
///
/// A dense layer with units · pieces outputs before it makes each unit the maximum of so many
/// affine functions, a learned convex function. Equal largest values share the gradient.
public struct Maxout: Activation {
  public static let manifest = Manifest(
    "maxout", "max(x₁, …, xₖ) of each k neighbouring features",
    paper: "Goodfellow and others, 2013", sample: "{maxout: {pieces: 2}}")

  @Parameter("how many features make one", in: 2...) public var pieces = 2

  public init() {}
  public init(pieces: Int) { self.pieces = pieces }

  public func callAsFunction(_ x: Tensor) -> Tensor {
    let axis = min(1, x.rank - 1)
    guard axis >= 0 else { return x }
    var groups = x.shape.dimensions
    // What cannot be divided is found by the reshaping.
    groups[axis] /= pieces
    groups.insert(pieces, at: axis + 1)
    return x.reshaped(to: Shape(groups)).max([axis + 1])
  }
}
