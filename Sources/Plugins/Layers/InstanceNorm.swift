import EspalierProtocols

/// y = γ · (x − mean) / √(variance + ε) + β, within each channel of each sample: [n, c, …].
///
/// Parameters: `weight` γ and `bias` β, [c]; none unless `affine`.
public struct InstanceNorm: Layer {
  public static let manifest = Manifest(
    "instance_norm", "γ·(x − mean)/√(variance + epsilon) + β, within each channel of a sample",
    paper: "Ulyanov, Vedaldi and Lempitsky, 2016")

  @Parameter("added to the variance", in: Bounds.positive) public var epsilon: Float = 1e-5
  @Parameter("whether scale and shift are learned") public var affine = true

  public init() {}
  public init(epsilon: Float = 1e-5, affine: Bool = true) {
    self.epsilon = epsilon
    self.affine = affine
  }

  public func callAsFunction(_ x: Tensor, in scope: Scope) throws -> Tensor {
    guard x.rank >= 3 else {
      throw PluginError(
        "instance_norm takes images [n×channels×rows×columns] or sequences, not \(x.shape)")
    }
    let inner = Array(2..<x.rank)
    guard x.shape.dimensions.dropFirst(2).reduce(1, *) > 1 else {
      throw PluginError(
        "instance_norm needs more than one value a channel: with samples of \(x.shape) every value "
          + "is its own mean and becomes 0")
    }
    let centered = x - x.mean(inner, keepingAxes: true)
    let y = centered * (1 / sqrt(square(centered).mean(inner, keepingAxes: true) + epsilon))
    return affine ? scope.scaledAndShifted(y) : y
  }
}
