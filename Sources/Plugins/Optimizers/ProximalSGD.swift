import EspalierProtocols

/// Gradient descent on the loss with an exact step for an L1 penalty, so that weights become zero.
///
/// For every number w with gradient g of the loss alone, rate η and strength λ:
///
///     v ← ρ·v + g,   z = w − η·v
///     w ← sign(z)·max(|z| − η·λ, 0) / (1 + 2·η·λ·β)
///
/// The soft threshold is the proximal operator of λΣ(|w| + βw²); a subgradient step would hover around
/// zero and never reach it. With `adaptive` γ, λ/|w₀|^γ takes the place of λ, w₀ the number's first value
/// (Zou, 2006). With `groups` the weights of a unit, or of an input, become zero together, as the penalty
/// λΣ‖w_g‖ has it (Yuan and Lin, 2006):
///
///     w_g ← z_g·max(1 − η·λ / ‖z_g‖, 0) / (1 + 2·η·λ·β)
///
/// The penalty acts on weights, not on biases and scales, unless asked. Parikh and Boyd, 2014.
public struct ProximalSGD: Optimizer {
  /// What becomes zero together.
  public enum Groups: String, Choice, Sendable {
    /// Every number by itself.
    case none
    /// The weights of a unit.
    case units
    /// The weights of an input.
    case inputs
  }

  public static let manifest = Manifest(
    "proximal_sgd", "sign(z)·max(|z| − ηλ, 0) with z = w − η·g: L1 that makes weights exactly zero",
    aliases: ["ista"], paper: "Parikh and Boyd, 2014",
    sample: "{proximal_sgd: {learning_rate: 0.01, strength: 1e-3}}")

  @Parameter("step size", in: Bounds.positive) public var learningRate: Double = 0.01
  @Parameter("λ of the penalty λΣ|w|", in: 0...) public var strength: Double = 1e-3
  @Parameter("β of an added penalty λβΣw² (elastic net)", in: 0...) public var beta: Double = 0
  @Parameter("γ of λ/|w₀|^γ in place of λ, w₀ the first values; 0 for λ", in: 0...)
  public var adaptive: Double = 0
  @Parameter("what becomes zero together: nothing, the weights of a unit, or of an input")
  public var groups = Groups.none
  @Parameter("share of the last step that is carried on", in: 0..<1)
  public var momentum: Double = 0
  @Parameter("penalize biases and scales too") public var decayBiases: Bool = false

  public init() {}

  public init(
    learningRate: Double, strength: Double, beta: Double = 0, adaptive: Double = 0,
    groups: Groups = .none, momentum: Double = 0, decayBiases: Bool = false
  ) {
    self.learningRate = learningRate
    self.strength = strength
    self.beta = beta
    self.adaptive = adaptive
    self.groups = groups
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
    let shrunk =
      groups == .none || z.rank < 2
      ? shrunk(z, self.threshold(threshold, parameter, step)) : shrunkTogether(z, threshold)
    return beta == 0 ? shrunk : shrunk / (threshold * Float(2 * beta) + 1)
  }

  private func shrunk(_ z: Tensor, _ threshold: Tensor) -> Tensor {
    sign(z) * maximum(abs(z) - threshold, 0)
  }

  /// ηλ, or ηλ/|w₀|^γ.
  private func threshold(_ whole: Tensor, _ parameter: Tensor, _ step: OptimizerStep) -> Tensor {
    guard adaptive > 0 else { return whole }
    let start = step.state("start")
    let isFirst = (step.number .<= 1).broadcast(to: parameter.shape)
    start.value = select(isFirst, parameter, start.value)
    // A weight that begins at zero stays there.
    return whole / pow(maximum(abs(start.value), 1e-12), Float(adaptive))
  }

  private func shrunkTogether(_ z: Tensor, _ threshold: Tensor) -> Tensor {
    let kept = groups == .units ? 0 : 1
    let others = (0..<z.rank).filter { $0 != kept }
    let lengths = sqrt(
      maximum(square(z).sum(others, keepingAxes: true), Float.leastNormalMagnitude))
    return z * maximum(1 - threshold / lengths, 0)
  }

  public var isElementwise: Bool { groups == .none }

  public func validate() throws {
    if adaptive > 0, groups != .none {
      throw PluginError(
        "thresholds adapt to single numbers, not to groups of them", parameter: "adaptive")
    }
  }
}
