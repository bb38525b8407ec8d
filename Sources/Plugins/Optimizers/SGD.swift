import EspalierProtocols

/// Stochastic gradient descent, with momentum if asked.
///
/// For every number w of every parameter, with gradient g, rate η, momentum ρ and dampening d:
///
///     v ← ρ·v + (1 − d)·g       (v = g at the first step)
///     w ← w − η·v               with Nesterov's momentum: w − η·(g + ρ·v)
///
/// Without momentum w ← w − η·g, and no state is kept. Weight decay λ is coupled: g + λw takes the place
/// of g. Momentum: Polyak, 1964; the accelerated form: Nesterov, 1983, as written by Sutskever et al.,
/// 2013.
public struct SGD: Optimizer {
  public static let manifest = Manifest(
    "sgd", "w − η·v with v = ρ·v + g: gradient descent, with momentum and Nesterov's momentum",
    paper: "Polyak, 1964; Sutskever et al., 2013",
    sample: "{sgd: {learning_rate: 0.01, momentum: 0.9}}")

  @Parameter("step size", in: Bounds.positive) public var learningRate: Double = 0.01
  @Parameter("share of the last step that is carried on", in: 0..<1)
  public var momentum: Double = 0
  @Parameter("look ahead along the momentum") public var nesterov: Bool = false
  @Parameter("share of the gradient that momentum leaves out", in: 0...1)
  public var dampening: Double = 0
  @Parameter("λ of the decay λw added to the gradient", in: 0...)
  public var weightDecay: Double = 0
  @Parameter("decay biases and scales too") public var decayBiases: Bool = false

  public init() {}

  public init(
    learningRate: Double, momentum: Double = 0, nesterov: Bool = false, dampening: Double = 0,
    weightDecay: Double = 0, decayBiases: Bool = false
  ) {
    self.learningRate = learningRate
    self.momentum = momentum
    self.nesterov = nesterov
    self.dampening = dampening
    self.weightDecay = weightDecay
    self.decayBiases = decayBiases
  }

  public var decaysBiases: Bool { decayBiases }

  public func validate() throws {
    guard nesterov else { return }
    if momentum == 0 {
      throw PluginError("Nesterov's momentum needs momentum above 0", parameter: "momentum")
    }
    if dampening != 0 {
      throw PluginError("Nesterov's momentum needs dampening 0", parameter: "dampening")
    }
  }

  public func update(_ parameter: Tensor, gradient: Tensor, _ step: OptimizerStep) -> Tensor {
    let g = step.coupled(gradient, parameter, weightDecay, evenBiases: decayBiases)
    guard momentum > 0 else { return parameter - step.rate * g }
    let velocity = step.state("velocity")
    var v = velocity.value * Float(momentum) + (dampening == 0 ? g : g * Float(1 - dampening))
    if dampening != 0 {
      // The first step is taken whole: there is no average yet that dampening would balance.
      v = select((step.number .<= 1).broadcast(to: g.shape), g, v)
    }
    velocity.value = v
    return parameter - step.rate * (nesterov ? g + v * Float(momentum) : v)
  }
}
