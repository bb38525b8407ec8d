import EspalierProtocols

/// Adam: steps scaled by running averages of the gradient and of its square.
///
/// For every number w with gradient g at step t, counted from 1:
///
///     m ← β₁·m + (1 − β₁)·g
///     v ← β₂·v + (1 − β₂)·g²
///     w ← w − η · (m / (1 − β₁ᵗ)) / (√(v / (1 − β₂ᵗ)) + ε)
///
/// With `amsgrad` the largest v so far stands under the root (Reddi et al., 2018). Weight decay λ is
/// coupled, g + λw in place of g, and so is scaled like the gradient: `adamw` keeps it apart. ε stands
/// outside the root. Kingma and Ba, 2015.
public struct Adam: Optimizer {
  public static let manifest = Manifest(
    "adam", "w − η·m̂/(√v̂ + ε): steps scaled by averages of the gradient and of its square",
    paper: "Kingma and Ba, 2015", sample: "{adam: {learning_rate: 1e-3}}")

  @Parameter("step size", in: Bounds.positive) public var learningRate: Double = 1e-3
  @Parameter("decay of the average of gradients", in: 0..<1) public var beta1: Double = 0.9
  @Parameter("decay of the average of squares", in: 0..<1) public var beta2: Double = 0.999
  @Parameter("added to the root", in: Bounds.positive) public var epsilon: Double = 1e-8
  @Parameter("divide by the largest average of squares so far") public var amsgrad: Bool = false
  @Parameter("λ of the decay λw added to the gradient", in: 0...)
  public var weightDecay: Double = 0
  @Parameter("decay biases and scales too") public var decayBiases: Bool = false

  public init() {}

  public init(
    learningRate: Double, beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8,
    amsgrad: Bool = false, weightDecay: Double = 0, decayBiases: Bool = false
  ) {
    self.learningRate = learningRate
    self.beta1 = beta1
    self.beta2 = beta2
    self.epsilon = epsilon
    self.amsgrad = amsgrad
    self.weightDecay = weightDecay
    self.decayBiases = decayBiases
  }

  public var decaysBiases: Bool { decayBiases }

  public func update(_ parameter: Tensor, gradient: Tensor, _ step: OptimizerStep) -> Tensor {
    let g = step.coupled(gradient, parameter, weightDecay, evenBiases: decayBiases)
    let rule = AdamRule(beta1: beta1, beta2: beta2, epsilon: epsilon, amsgrad: amsgrad)
    return parameter - rule.move(g, step)
  }
}

/// What Adam and AdamW share: the step from a gradient.
struct AdamRule {
  let beta1: Double
  let beta2: Double
  let epsilon: Double
  let amsgrad: Bool

  func move(_ g: Tensor, _ step: OptimizerStep) -> Tensor {
    let m = step.state("m").average(g, beta1)
    var v = step.state("v").average(square(g), beta2)
    if amsgrad {
      let largest = step.state("largest")
      largest.value = maximum(largest.value, v)
      v = largest.value
    }
    // The corrections are single numbers: they cost nothing beside the pass over the parameters.
    let size = step.rate / step.biasCorrection(beta1)
    let spread = 1 / sqrt(step.biasCorrection(beta2))
    return size * m / (sqrt(v) * spread + Float(epsilon))
  }
}
