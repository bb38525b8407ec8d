import EspalierProtocols

/// NAdam: Adam with Nesterov's momentum.
///
/// For every number w with gradient g at step t, counted from 1, with Adam's averages m and v and the
/// momentum's own schedule μₜ = β₁·(1 − ½·0.96^(t·ψ)):
///
///     w ← w − η · ( (1 − μₜ)/(1 − Πμ₁…ₜ) · g + μₜ₊₁/(1 − Πμ₁…ₜ₊₁) · m ) / (√(v / (1 − β₂ᵗ)) + ε)
///
/// Weight decay λ is coupled, or apart from the gradient with `decoupled_weight_decay`. Dozat, 2016.
public struct NAdam: Optimizer {
  public static let manifest = Manifest(
    "nadam",
    "w − η·((1 − μ)·ĝ + μ·m̂)/(√v̂ + ε): Adam with Nesterov's momentum, which looks a step ahead",
    paper: "Dozat, 2016", sample: "{nadam: {learning_rate: 2e-3}}")

  @Parameter("step size", in: Bounds.positive) public var learningRate: Double = 2e-3
  @Parameter("decay of the average of gradients", in: 0..<1) public var beta1: Double = 0.9
  @Parameter("decay of the average of squares", in: 0..<1) public var beta2: Double = 0.999
  @Parameter("added to the root", in: Bounds.positive) public var epsilon: Double = 1e-8
  @Parameter("ψ, how fast the momentum rises to β₁", in: 0...)
  public var momentumDecay: Double = 0.004
  @Parameter("λ of the weight decay", in: 0...) public var weightDecay: Double = 0
  @Parameter("shrink weights apart from the gradient") public var decoupledWeightDecay: Bool = false
  @Parameter("decay biases and scales too") public var decayBiases: Bool = false

  public init() {}

  public init(
    learningRate: Double, beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8,
    momentumDecay: Double = 0.004, weightDecay: Double = 0, decoupledWeightDecay: Bool = false,
    decayBiases: Bool = false
  ) {
    self.learningRate = learningRate
    self.beta1 = beta1
    self.beta2 = beta2
    self.epsilon = epsilon
    self.momentumDecay = momentumDecay
    self.weightDecay = weightDecay
    self.decoupledWeightDecay = decoupledWeightDecay
    self.decayBiases = decayBiases
  }

  public var decaysBiases: Bool { decayBiases }

  public func update(_ parameter: Tensor, gradient: Tensor, _ step: OptimizerStep) -> Tensor {
    let g =
      decoupledWeightDecay
      ? gradient : step.coupled(gradient, parameter, weightDecay, evenBiases: decayBiases)
    let start =
      decoupledWeightDecay
      ? step.decoupled(parameter, weightDecay, evenBiases: decayBiases) : parameter
    let m = step.state("m").average(g, beta1)
    let v = step.state("v").average(square(g), beta2)

    let now = momentum(at: step.number)
    let next = momentum(at: step.number + 1)
    let product = step.number("momentum_product", initial: 1)
    product.value *= now
    let ofGradient = step.rate * (1 - now) / (1 - product.value)
    let ofAverage = step.rate * next / (1 - product.value * next)
    let spread = 1 / sqrt(step.biasCorrection(beta2))
    return start - (ofGradient * g + ofAverage * m) / (sqrt(v) * spread + Float(epsilon))
  }

  /// μ at a step.
  private func momentum(at number: Tensor) -> Tensor {
    (1 - pow(0.96, number * Float(momentumDecay)) * 0.5) * Float(beta1)
  }
}
