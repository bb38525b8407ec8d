import EspalierProtocols

/// Gradient descent on the loss with an exact step for an L1 penalty, so that weights become zero.
///
/// For every number w with gradient g of the loss alone, rate η and strength λ:
///
///     v ← ρ·v + g,   z = w − η·v
///     w ← sign(z)·max(|z| − η·λ, 0) / (1 + 2·η·λ·β)
///
/// The soft threshold is the proximal operator of λΣ(|w| + βw²); a subgradient step would hover around
/// zero and never reach it. The penalty acts on weights, not on biases and scales, unless asked.
/// Parikh and Boyd, 2014.
public struct ProximalSGD: Optimizer {
  public static let manifest = Manifest(
    "proximal_sgd", "sign(z)·max(|z| − ηλ, 0) with z = w − η·g: L1 that makes weights exactly zero",
    aliases: ["ista"], paper: "Parikh and Boyd, 2014",
    sample: "{proximal_sgd: {learning_rate: 0.01, strength: 1e-3}}")

  @Parameter("step size", in: Bounds.positive) public var learningRate: Double = 0.01
  @Parameter("λ of the penalty λΣ|w|", in: 0...) public var strength: Double = 1e-3
  @Parameter("β of an added penalty λβΣw² (elastic net)", in: 0...) public var beta: Double = 0
  @Parameter("share of the last step that is carried on", in: 0..<1)
  public var momentum: Double = 0
  @Parameter("penalize biases and scales too") public var decayBiases: Bool = false

  public init() {}

  public init(
    learningRate: Double, strength: Double, beta: Double = 0, momentum: Double = 0,
    decayBiases: Bool = false
  ) {
    self.learningRate = learningRate
    self.strength = strength
    self.beta = beta
    self.momentum = momentum
    self.decayBiases = decayBiases
  }

  public var decaysBiases: Bool { decayBiases }

  public func update(_ parameter: Tensor, gradient: Tensor, _ step: OptimizerStep) -> Tensor {
    var direction = gradient
    if momentum > 0 {
      let velocity = step.state("velocity")
      velocity.value = velocity.value * Float(momentum) + gradient
      direction = velocity.value
    }
    let z = parameter - step.rate * direction
    guard step.decays(strength, evenBiases: decayBiases) else { return z }
    let threshold = step.rate * Float(strength)
    let shrunk = sign(z) * maximum(abs(z) - threshold, 0)
    return beta == 0 ? shrunk : shrunk / (threshold * Float(2 * beta) + 1)
  }
}
