import EspalierProtocols

/// y = γ · x / √(mean of x² + ε), over the last axis: [n, …, features].
///
/// The parameter is `weight` γ, [features]. There is no mean to subtract and no shift.
public struct RMSNorm: Layer {
  public static let manifest = Manifest(
    "rms_norm", "γ·x/√(mean of x² + epsilon), within each sample",
    paper: "Zhang and Sennrich, 2019")

  @Parameter("added to the mean square", in: Bounds.positive) public var epsilon: Float = 1e-6
  @Parameter("whether the scale is learned") public var affine = true

  public init() {}
  public init(epsilon: Float = 1e-6, affine: Bool = true) {
    self.epsilon = epsilon
    self.affine = affine
  }

  public func callAsFunction(_ x: Tensor, in scope: Scope) throws -> Tensor {
    guard x.rank >= 2 else {
      throw PluginError("rms_norm takes samples with features [n×…×features], not \(x.shape)")
    }
    let y = x * (1 / sqrt(square(x).mean([-1], keepingAxes: true) + epsilon))
    guard affine else { return y }
    return y * scope.parameter("weight", [x.shape.last], role: .scale, initial: .constant(1))
  }
}
