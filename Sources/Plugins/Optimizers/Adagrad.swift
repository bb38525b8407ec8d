import EspalierProtocols

/// Adagrad: each number's rate shrinks with the gradients it has seen.
///
/// For every number w with gradient g at step t, counted from 1, and rate decay d:
///
///     G ← G + g²        (G starts at `initial_accumulator`)
///     w ← w − η / (1 + (t − 1)·d) · g / (√G + ε)
///
/// Weight decay λ is coupled, g + λw in place of g. Duchi, Hazan and Singer, 2011.
public struct Adagrad: Optimizer {
  public static let manifest = Manifest(
    "adagrad", "w − η·g/(√Σg² + ε): rates that shrink with the gradients seen",
    aliases: ["ada_grad"], paper: "Duchi, Hazan and Singer, 2011",
    sample: "{adagrad: {learning_rate: 0.01}}")

  @Parameter("step size", in: Bounds.positive) public var learningRate: Double = 0.01
  @Parameter("d of the rate's decay 1/(1 + (t − 1)·d)", in: 0...) public var lrDecay: Double = 0
  @Parameter("where the sum of squares begins", in: 0...) public var initialAccumulator: Double = 0
  @Parameter("added to the root", in: Bounds.positive) public var epsilon: Double = 1e-10
  @Parameter("λ of the decay λw added to the gradient", in: 0...)
  public var weightDecay: Double = 0
  @Parameter("decay biases and scales too") public var decayBiases: Bool = false

  public init() {}

  public init(
    learningRate: Double, lrDecay: Double = 0, initialAccumulator: Double = 0,
    epsilon: Double = 1e-10, weightDecay: Double = 0, decayBiases: Bool = false
  ) {
    self.learningRate = learningRate
    self.lrDecay = lrDecay
    self.initialAccumulator = initialAccumulator
    self.epsilon = epsilon
    self.weightDecay = weightDecay
    self.decayBiases = decayBiases
  }

  public var decaysBiases: Bool { decayBiases }

  public func update(_ parameter: Tensor, gradient: Tensor, _ step: OptimizerStep) -> Tensor {
    let g = step.coupled(gradient, parameter, weightDecay, evenBiases: decayBiases)
    let sum = step.state("squares", initial: Float(initialAccumulator))
    sum.value += square(g)
    let rate = lrDecay == 0 ? step.rate : step.rate / ((step.number - 1) * Float(lrDecay) + 1)
    return parameter - rate * g / (sqrt(sum.value) + Float(epsilon))
  }
}
