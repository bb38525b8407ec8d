import EspalierProtocols

/// λ·Σ|y| over what layers give, the mean over the samples of a batch: most units are to be silent.
///
/// y is a layer's result, [n, …], behind the activation that it has itself; the penalty of a batch is divided
/// by n. Without names it is for all layers with weights. It acts in training only.
public struct ActivityL1: Regularizer {
  public static let manifest = Manifest(
    "activity_l1", "λ·Σ|y| / n added to the loss, y what layers give for n samples",
    paper: "Olshausen and Field, 1996", sample: "{activity_l1: {strength: 1e-4}}")

  @Parameter("λ, the factor of Σ|y|", in: 0...) public var strength: Double
  @Parameter("names of the layers it is for, with `*`; all with weights when empty")
  public var layers: [String] = []

  public init() {}
  public init(strength: Double, layers: [String] = []) {
    self.strength = strength
    self.layers = layers
  }

  public var penalizesActivities: Bool { true }

  public func penalty(_ parameter: Tensor) -> Tensor { parameter.recorder.constant(0) }

  public func penalty(activity: Tensor) -> Tensor {
    abs(activity).sum() * Float(strength / Double(max(activity.shape.dimensions.first ?? 1, 1)))
  }
}
