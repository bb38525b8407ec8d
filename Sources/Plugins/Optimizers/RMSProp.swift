import EspalierProtocols

/// RMSProp: each step divided by the root of a running average of squared gradients.
///
/// For every number w with gradient g, decay α and momentum ρ:
///
///     G ← α·G + (1 − α)·g²
///     w ← w − η · g / (√G + ε)
///
/// With `centered`, m ← α·m + (1 − α)·g and G − m² stands under the root: the variance in place of the
/// mean square (Graves, 2013). With momentum, b ← ρ·b + g / (√G + ε) and w ← w − η·b. ε stands outside
/// the root; weight decay λ is coupled, g + λw in place of g. Hinton, 2012 (lecture 6e).
public struct RMSProp: Optimizer {
  public static let manifest = Manifest(
    "rmsprop", "w − η·g/(√G + ε) with G a running average of g²",
    aliases: ["rms_prop"], paper: "Hinton, 2012; Graves, 2013",
    sample: "{rmsprop: {learning_rate: 0.01, decay: 0.99}}")

  @Parameter("step size", in: Bounds.positive) public var learningRate: Double = 0.01
  @Parameter("α, decay of the average of squares", in: 0..<1) public var decay: Double = 0.99
  @Parameter("added to the root", in: Bounds.positive) public var epsilon: Double = 1e-8
  @Parameter("divide by the deviation in place of the mean square") public var centered: Bool =
    false
  @Parameter("share of the last step that is carried on", in: 0..<1)
  public var momentum: Double = 0
  @Parameter("λ of the decay λw added to the gradient", in: 0...)
  public var weightDecay: Double = 0
  @Parameter("decay biases and scales too") public var decayBiases: Bool = false

  public init() {}

  public init(
    learningRate: Double, decay: Double = 0.99, epsilon: Double = 1e-8, centered: Bool = false,
    momentum: Double = 0, weightDecay: Double = 0, decayBiases: Bool = false
  ) {
    self.learningRate = learningRate
    self.decay = decay
    self.epsilon = epsilon
    self.centered = centered
    self.momentum = momentum
    self.weightDecay = weightDecay
    self.decayBiases = decayBiases
  }

  public var decaysBiases: Bool { decayBiases }

  public func update(_ parameter: Tensor, gradient: Tensor, _ step: OptimizerStep) -> Tensor {
    let g = step.coupled(gradient, parameter, weightDecay, evenBiases: decayBiases)
    var squares = step.state("squares").average(square(g), decay)
    if centered {
      let mean = step.state("mean").average(g, decay)
      // Round-off can leave a variance just below zero, which has no root.
      squares = maximum(squares - square(mean), 0)
    }
    let scaled = g / (sqrt(squares) + Float(epsilon))
    guard momentum > 0 else { return parameter - step.rate * scaled }
    let velocity = step.state("velocity")
    velocity.value = velocity.value * Float(momentum) + scaled
    return parameter - step.rate * velocity.value
  }
}
