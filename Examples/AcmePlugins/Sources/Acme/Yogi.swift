import Espalier

/// Adam whose second moment grows and shrinks by steps of the size of g², not in proportion to itself:
/// the effective rate cannot rise suddenly.
///
///     m ← β₁m + (1 − β₁)g
///     v ← v − (1 − β₂) sign(v − g²) g²
///     w ← w − η m / (√v + ε)
struct Yogi: Optimizer {
  static let manifest = Manifest(
    "yogi", "w - η m / (√v + ε), where v moves additively",
    paper: "Zaheer, Reddi, Sachan, Kale and Kumar, 2018", sample: "{yogi: {learning_rate: 0.01}}")

  @Parameter("η, the rate before the schedule", in: Bounds.positive) var learningRate: Double
  @Parameter("β₁, share that the average of gradients keeps", in: 0..<1) var beta1: Double = 0.9
  @Parameter("β₂, share that the average of squares keeps", in: 0..<1) var beta2: Double = 0.999
  @Parameter("ε, added to the root", in: Bounds.positive) var epsilon: Double = 1e-3

  init() {}
  init(learningRate: Double) { self.learningRate = learningRate }

  func update(_ parameter: Tensor, gradient: Tensor, _ step: OptimizerStep) -> Tensor {
    let m = step.state("m")
    let v = step.state("v", initial: 1e-6)
    let squares = square(gradient)
    m.value = m.value * Float(beta1) + gradient * Float(1 - beta1)
    v.value = v.value - sign(v.value - squares) * squares * Float(1 - beta2)
    return parameter - step.rate * m.value / (sqrt(v.value) + Float(epsilon))
  }
}
