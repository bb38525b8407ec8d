import EspalierProtocols

/// Orthogonality: λ·‖WWᵀ − 1‖², which draws the weights of units to length one and to right angles.
///
/// The parameter counts as a matrix of its units by all else. The sum is over the squares of all elements
/// of WWᵀ − 1 (`vectors: units`) or WᵀW − 1 (`vectors: inputs`); unless given, of whichever there are
/// fewer of, since more vectors than axes cannot be orthogonal. Brock et al., 2017.
///
/// Shapes: any parameter to a single number; one of a single axis has no angles, and no penalty. It is
/// added once to the loss, whatever the batch size.
public struct OrthogonalPenalty: Regularizer {
  public static let manifest = Manifest(
    "orthogonal", "λ‖WWᵀ − 1‖² added to the loss: units' weights at right angles, of length one",
    paper: "Brock et al., 2017", sample: "{orthogonal: {strength: 1e-4}}")

  @Parameter("λ, the factor of the sum of squares", in: 0...) public var strength: Double
  @Parameter("whose weights are to be orthogonal; whichever there are fewer of unless given")
  public var vectors: WeightGroups?
  @Parameter("names of the layers it is for, with `*`; all when empty") public var layers:
    [String] =
      []

  public init() {}

  public init(strength: Double, vectors: WeightGroups? = nil, layers: [String] = []) {
    self.strength = strength
    self.vectors = vectors
    self.layers = layers
  }

  public func penalty(_ parameter: Tensor) -> Tensor {
    guard parameter.rank > 1 else { return parameter.sum() * 0 }
    let units = parameter.shape[0]
    let matrix = parameter.reshaped(to: [units, -1])
    let vectors = vectors ?? (units <= matrix.shape[1] ? .units : .inputs)
    let products =
      vectors == .units
      ? matmul(matrix, matrix, transposeB: true) : matmul(matrix, matrix, transposeA: true)
    let identity = products.indices(along: 0) .== products.indices(along: 1)
    return square(products - identity).sum() * Float(strength)
  }
}
