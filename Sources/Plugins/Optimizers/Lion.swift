import EspalierProtocols

/// Lion: steps of one size, in the direction of the sign of an average of gradients.
///
/// For every number w with gradient g and decoupled decay λ:
///
///     c = sign(β₁·m + (1 − β₁)·g)
///     w ← w·(1 − η·λ) − η·c
///     m ← β₂·m + (1 − β₂)·g
///
/// Rates are three to ten times smaller than AdamW's, decays as much larger. Chen et al., 2023.
public struct Lion: Optimizer {
  public static let manifest = Manifest(
    "lion", "w·(1 − ηλ) − η·sign(β₁m + (1 − β₁)g): steps of one size, by the sign of an average",
    paper: "Chen et al., 2023", sample: "{lion: {learning_rate: 1e-4, weight_decay: 0.1}}")

  @Parameter("step size", in: Bounds.positive) public var learningRate: Double = 1e-4
  @Parameter("weight of the average in the step's sign", in: 0..<1) public var beta1: Double = 0.9
  @Parameter("decay of the average of gradients", in: 0..<1) public var beta2: Double = 0.99
  @Parameter("λ: weights shrink by η·λ a step", in: 0...) public var weightDecay: Double = 0
  @Parameter("decay biases and scales too") public var decayBiases: Bool = false

  public init() {}

  public init(
    learningRate: Double, beta1: Double = 0.9, beta2: Double = 0.99, weightDecay: Double = 0,
    decayBiases: Bool = false
  ) {
    self.learningRate = learningRate
    self.beta1 = beta1
    self.beta2 = beta2
    self.weightDecay = weightDecay
    self.decayBiases = decayBiases
  }

  public var decaysBiases: Bool { decayBiases }

  public func update(_ parameter: Tensor, gradient: Tensor, _ step: OptimizerStep) -> Tensor {
    let m = step.state("m")
    let direction = sign(m.value * Float(beta1) + gradient * Float(1 - beta1))
    _ = m.average(gradient, beta2)
    return step.decoupled(parameter, weightDecay, evenBiases: decayBiases) - step.rate * direction
  }
}
