import EspalierProtocols

/// Adam with weight decay of its own, apart from the gradient.
///
/// For every number w, with Adam's averages m̂ and v̂ (see `adam`) and decay λ:
///
///     w ← w·(1 − η·λ) − η · m̂ / (√v̂ + ε)
///
/// The decay is not divided by √v̂, so all weights shrink by the same share a step. λ acts on weights,
/// not on biases and scales. Loshchilov and Hutter, 2019.
public struct AdamW: Optimizer {
  public static let manifest = Manifest(
    "adamw", "w·(1 − ηλ) − η·m̂/(√v̂ + ε): Adam with weight decay apart from the gradient",
    aliases: ["adam_w"], paper: "Loshchilov and Hutter, 2019",
    sample: "{adamw: {learning_rate: 1e-3, weight_decay: 0.01}}")

  @Parameter("step size", in: Bounds.positive) public var learningRate: Double = 1e-3
  @Parameter("decay of the average of gradients", in: 0..<1) public var beta1: Double = 0.9
  @Parameter("decay of the average of squares", in: 0..<1) public var beta2: Double = 0.999
  @Parameter("added to the root", in: Bounds.positive) public var epsilon: Double = 1e-8
  @Parameter("divide by the largest average of squares so far") public var amsgrad: Bool = false
  @Parameter("λ: weights shrink by η·λ a step", in: 0...) public var weightDecay: Double = 0.01
  @Parameter("decay biases and scales too") public var decayBiases: Bool = false

  public init() {}

  public init(
    learningRate: Double, beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8,
    amsgrad: Bool = false, weightDecay: Double = 0.01, decayBiases: Bool = false
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
    let rule = AdamRule(beta1: beta1, beta2: beta2, epsilon: epsilon, amsgrad: amsgrad)
    return step.decoupled(parameter, weightDecay, evenBiases: decayBiases)
      - rule.move(gradient, step)
  }
}
