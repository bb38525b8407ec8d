import EspalierProtocols

/// LAMB: Adam's step, as long as the parameter itself is: for batches of thousands of samples.
///
/// For a parameter w with gradient g, averages m and v as Adam's (m̂, v̂ corrected for their beginning at
/// zero):
///
///     r = m̂/(√v̂ + ε) + λ·w
///     w ← w − η·(‖w‖/‖r‖)·r        the factor is 1 where either norm is 0
///
/// Norms are over each parameter on its own. You et al., 2020.
public struct LAMB: Optimizer {
  public static let manifest = Manifest(
    "lamb", "w − η·(‖w‖/‖r‖)·r, r = m̂/(√v̂ + ε) + λw: steps in proportion to each parameter",
    paper: "You et al., 2020", sample: "{lamb: {learning_rate: 2e-3, weight_decay: 0.01}}")

  @Parameter("step size", in: Bounds.positive) public var learningRate: Double = 1e-3
  @Parameter("decay of the average of gradients", in: 0..<1) public var beta1: Double = 0.9
  @Parameter("decay of the average of squares", in: 0..<1) public var beta2: Double = 0.999
  @Parameter("ε, added to the root", in: Bounds.positive) public var epsilon: Double = 1e-6
  @Parameter("λ, part of the direction", in: 0...) public var weightDecay: Double = 0
  @Parameter("decay biases and scales too") public var decayBiases: Bool = false

  public init() {}

  public init(
    learningRate: Double, beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-6,
    weightDecay: Double = 0, decayBiases: Bool = false
  ) {
    self.learningRate = learningRate
    self.beta1 = beta1
    self.beta2 = beta2
    self.epsilon = epsilon
    self.weightDecay = weightDecay
    self.decayBiases = decayBiases
  }

  public var isElementwise: Bool { false }
  public var decaysBiases: Bool { decayBiases }

  public func update(_ parameter: Tensor, gradient: Tensor, _ step: OptimizerStep) -> Tensor {
    let m = step.state("m").average(gradient, beta1) / step.biasCorrection(beta1)
    let v = step.state("v").average(square(gradient), beta2) / step.biasCorrection(beta2)
    let direction = step.coupled(
      m / (sqrt(v) + Float(epsilon)), parameter, weightDecay, evenBiases: decayBiases)
    let size = sqrt(square(parameter).sum())
    let length = sqrt(square(direction).sum())
    let trust = select(
      minimum(size, length) .> 0, size / maximum(length, 1e-30), size.filled(with: 1))
    return parameter - step.rate * trust * direction
  }
}
