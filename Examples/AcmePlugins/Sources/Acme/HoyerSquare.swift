import Espalier

/// λ (Σ|w|)² / Σw², which is λ times the number of weights where all are of one size, and λ where a
/// single one is left: it counts weights, whatever their scale.
struct HoyerSquare: Regularizer {
  static let manifest = Manifest(
    "hoyer_square", "λ(Σ|w|)²/Σw² added to the loss: few weights, of any size",
    paper: "Yang, Wen and Li, 2020", sample: "{hoyer_square: {strength: 1e-4}}")

  @Parameter("λ, the factor of the penalty", in: 0...) var strength: Double

  init() {}
  init(strength: Double) { self.strength = strength }

  func penalty(_ parameter: Tensor) -> Tensor {
    // The small number serves a parameter that is zero throughout.
    square(abs(parameter).sum()) / (square(parameter).sum() + 1e-12) * Float(strength)
  }
}
