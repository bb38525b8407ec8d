import EspalierProtocols

/// y = γ · (x − mean) / √(variance + ε) + β, over the last axes of each sample.
///
/// Parameters: `weight` γ and `bias` β in the shape of these axes.
public struct LayerNorm: Layer {
  public static let manifest = Manifest(
    "layer_norm", "γ·(x − mean)/√(variance + epsilon) + β, within each sample",
    paper: "Ba, Kiros and Hinton, 2016")

  @Parameter("how many axes, counted from the last, belong together", in: 1...) public var axes = 1
  @Parameter("added to the variance", in: Bounds.positive) public var epsilon: Float = 1e-5
  @Parameter("whether scale and shift are learned") public var affine = true

  public init() {}
  public init(axes: Int = 1, epsilon: Float = 1e-5, affine: Bool = true) {
    self.axes = axes
    self.epsilon = epsilon
    self.affine = affine
  }

  public func callAsFunction(_ x: Tensor, in scope: Scope) throws -> Tensor {
    guard axes < x.rank else {
      throw PluginError(
        "layer_norm over \(axes) axes takes samples with as many, not a batch \(x.shape)",
        parameter: "axes")
    }
    let last = Array(x.rank - axes..<x.rank)
    let centered = x - x.mean(last, keepingAxes: true)
    let variance = square(centered).mean(last, keepingAxes: true)
    let y = centered * (1 / sqrt(variance + epsilon))
    guard affine else { return y }
    let shape = Shape(last.map { x.shape[$0] })
    return y * scope.parameter("weight", shape, role: .scale, initial: .constant(1))
      + scope.parameter("bias", shape, role: .bias, initial: .constant(0))
  }
}
