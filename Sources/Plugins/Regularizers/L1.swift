import EspalierProtocols

/// L1: λ·Σ|w|, which pulls every weight towards zero with the same force.
///
/// The gradient is λ·sign(w), 0 at w = 0. With plain gradient steps weights hover around zero;
/// `proximal_sgd` makes them exactly zero. Tibshirani, 1996.
///
/// Shapes: any parameter to a single number. It is added once to the loss, whatever the batch size.
public struct L1: Regularizer {
  public static let manifest = Manifest(
    "l1", "λΣ|w| added to the loss: weights that matter little go towards zero",
    aliases: ["lasso"], paper: "Tibshirani, 1996", sample: "{l1: {strength: 1e-4}}")

  @Parameter("λ, the factor of Σ|w|", in: 0...) public var strength: Double
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

  public func penalty(_ parameter: Tensor) -> Tensor { abs(parameter).sum() * Float(strength) }
}
