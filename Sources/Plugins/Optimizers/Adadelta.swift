import EspalierProtocols

/// Adadelta: steps in the parameter's own units, from averages of squared gradients and squared steps.
///
/// For every number w with gradient g:
///
///     G ← ρ·G + (1 − ρ)·g²
///     d = g · √(D + ε) / √(G + ε)
///     D ← ρ·D + (1 − ρ)·d²
///     w ← w − η·d
///
/// Weight decay λ is coupled, g + λw in place of g. Zeiler, 2012.
public struct Adadelta: Optimizer {
  public static let manifest = Manifest(
    "adadelta", "w − η·g·√(D + ε)/√(G + ε): steps as large as recent steps were",
    aliases: ["ada_delta"], paper: "Zeiler, 2012", sample: "{adadelta: {decay: 0.9}}")

  @Parameter("factor of the step", in: Bounds.positive) public var learningRate: Double = 1
  @Parameter("ρ, decay of both averages", in: 0..<1) public var decay: Double = 0.9
  @Parameter("added under both roots", in: Bounds.positive) public var epsilon: Double = 1e-6
  @Parameter("λ of the decay λw added to the gradient", in: 0...)
  public var weightDecay: Double = 0
  @Parameter("decay biases and scales too") public var decayBiases: Bool = false

  public init() {}

  public init(
    learningRate: Double, decay: Double = 0.9, epsilon: Double = 1e-6, weightDecay: Double = 0,
    decayBiases: Bool = false
  ) {
    self.learningRate = learningRate
    self.decay = decay
    self.epsilon = epsilon
    self.weightDecay = weightDecay
    self.decayBiases = decayBiases
  }

  public var decaysBiases: Bool { decayBiases }

  public func update(_ parameter: Tensor, gradient: Tensor, _ step: OptimizerStep) -> Tensor {
    let g = step.coupled(gradient, parameter, weightDecay, evenBiases: decayBiases)
    let squares = step.state("squares").average(square(g), decay)
    let moves = step.state("moves")
    let move = g * sqrt(moves.value + Float(epsilon)) / sqrt(squares + Float(epsilon))
    _ = moves.average(square(move), decay)
    return parameter - step.rate * move
  }
}
