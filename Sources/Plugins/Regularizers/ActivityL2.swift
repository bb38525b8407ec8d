import EspalierProtocols

/// ½λ·Σy² over what layers give, the mean over the samples of a batch: activities are to stay small.
///
/// y is a layer's result, [n, …], behind the activation that it has itself; the penalty of a batch is divided
/// by n. Without names it is for all layers with weights. It acts in training only.
public struct ActivityL2: Regularizer {
  public static let manifest = Manifest(
    "activity_l2", "½λ·Σy² / n added to the loss, y what layers give for n samples",
    paper: "Merity, McCann and Socher, 2017", sample: "{activity_l2: {strength: 1e-4}}")

  @Parameter("λ, the factor of Σy²", in: 0...) public var strength: Double
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
    square(activity).sum() * 0.5
      * Float(strength / Double(max(activity.shape.dimensions.first ?? 1, 1)))
  }
}
