import EspalierProtocols

/// L2: ½λ·Σw², which shrinks weights in proportion to their size.
///
/// The factor ½ makes the gradient λ·w, so that λ here equals the `weight_decay` of SGD. A library that
/// penalizes λ·Σw² without it needs half of the λ written here. Hoerl and Kennard, 1970.
///
/// Shapes: any parameter to a single number. It is added once to the loss, whatever the batch size.
public struct L2: Regularizer {
  public static let manifest = Manifest(
    "l2", "½λΣw² added to the loss: weights stay small (the gradient is λw)",
    aliases: ["ridge"], paper: "Hoerl and Kennard, 1970", sample: "{l2: {strength: 1e-4}}")

  @Parameter("λ, the factor of ½Σw²", in: 0...) public var strength: Double
  @Parameter("names of the layers it is for, with `*`; all when empty") public var layers:
    [String] =
      []
  @Parameter("penalize biases and scales too") public var biases: Bool = false

  public init() {}

  public init(strength: Double, layers: [String] = [], biases: Bool = false) {
    self.strength = strength
    self.layers = layers
    self.biases = biases
  }

  public var includesBiases: Bool { biases }

  public func penalty(_ parameter: Tensor) -> Tensor {
    square(parameter).sum() * Float(strength / 2)
  }
}
