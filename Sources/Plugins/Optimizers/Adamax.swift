import EspalierProtocols

/// Adamax: Adam with the largest recent gradient in place of the mean square.
///
/// For every number w with gradient g at step t, counted from 1:
///
///     m ← β₁·m + (1 − β₁)·g
///     u ← max(β₂·u, |g| + ε)
///     w ← w − η / (1 − β₁ᵗ) · m / u
///
/// Weight decay λ is coupled, g + λw in place of g. Kingma and Ba, 2015, section 7.
public struct Adamax: Optimizer {
  public static let manifest = Manifest(
    "adamax", "w − η·m̂/u with u the largest recent gradient: Adam in the infinity norm",
    paper: "Kingma and Ba, 2015", sample: "{adamax: {learning_rate: 2e-3}}")

  @Parameter("step size", in: Bounds.positive) public var learningRate: Double = 2e-3
  @Parameter("decay of the average of gradients", in: 0..<1) public var beta1: Double = 0.9
  @Parameter("decay of the largest gradient", in: 0..<1) public var beta2: Double = 0.999
  @Parameter("added to the gradient's size", in: Bounds.positive) public var epsilon: Double = 1e-8
  @Parameter("λ of the decay λw added to the gradient", in: 0...)
  public var weightDecay: Double = 0
  @Parameter("decay biases and scales too") public var decayBiases: Bool = false

  public init() {}

  public init(
    learningRate: Double, beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8,
    weightDecay: Double = 0, decayBiases: Bool = false
  ) {
    self.learningRate = learningRate
    self.beta1 = beta1
    self.beta2 = beta2
    self.epsilon = epsilon
    self.weightDecay = weightDecay
    self.decayBiases = decayBiases
  }

  public var decaysBiases: Bool { decayBiases }

  public func update(_ parameter: Tensor, gradient: Tensor, _ step: OptimizerStep) -> Tensor {
    let g = step.coupled(gradient, parameter, weightDecay, evenBiases: decayBiases)
    let m = step.state("m").average(g, beta1)
    let largest = step.state("largest")
    largest.value = maximum(largest.value * Float(beta2), abs(g) + Float(epsilon))
    return parameter - (step.rate / step.biasCorrection(beta1)) * m / largest.value
  }
}
