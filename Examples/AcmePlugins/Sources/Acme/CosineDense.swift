import Espalier

/// y = s · cos(x, w) for each unit's weights w: [n, …, in] → [n, …, units], between −s and s.
///
/// Outputs tell directions apart, whatever the size of the input. Parameters: `weight` [units, in], and
/// `scale` s, a single number.
struct CosineDense: Layer {
  static let manifest = Manifest(
    "cosine_dense", "s cos(x, w) with the angle between the input and each unit's weights",
    paper: "Luo, Zhan, Xue, Wang, Ren and Yang, 2018", sample: "{cosine_dense: {units: 10}}")

  @Parameter("number of outputs", in: 1...) var units: Int
  @Parameter("first value of the scale s", in: Bounds.positive) var scale: Float = 10
  @Parameter("added to squared lengths", in: Bounds.positive) var epsilon: Float = 1e-6

  init() {}
  init(_ units: Int) { self.units = units }

  func callAsFunction(_ x: Tensor, in scope: Scope) throws -> Tensor {
    guard x.rank >= 2 else { throw PluginError("takes samples with features, not \(x.shape)") }
    let features = x.shape.last
    let weight = scope.parameter(
      "weight", [units, features],
      initial: .drawn(VarianceScaling(), fanIn: features, fanOut: units))
    let scale = scope.parameter("scale", [], role: .scale, initial: .constant(scale))
    return matmul(direction(x), direction(weight), transposeB: true) * scale
  }

  /// Rows of length one.
  private func direction(_ x: Tensor) -> Tensor {
    x / sqrt(square(x).sum([-1], keepingAxes: true) + epsilon)
  }
}
