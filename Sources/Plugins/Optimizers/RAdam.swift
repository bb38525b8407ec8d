import EspalierProtocols

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// RAdam: Adam that begins as gradient descent with momentum, until its average of squares can be
/// trusted.
///
/// For every number w with Adam's averages m and v at step t, counted from 1:
///
///     ρ∞ = 2/(1 − β₂) − 1,   ρₜ = ρ∞ − 2t·β₂ᵗ/(1 − β₂ᵗ),   m̂ = m / (1 − β₁ᵗ)
///     ρₜ > 5:  w ← w − η · r · m̂ · √(1 − β₂ᵗ) / (√v + ε),
///              r = √( (ρₜ − 4)(ρₜ − 2)ρ∞ / ((ρ∞ − 4)(ρ∞ − 2)ρₜ) )
///     else:    w ← w − η · m̂
///
/// Weight decay λ is coupled, or apart from the gradient with `decoupled_weight_decay`.
/// Liu et al., 2020.
public struct RAdam: Optimizer {
  public static let manifest = Manifest(
    "radam", "w − η·r·m̂/(√v̂ + ε), and w − η·m̂ until v̂ can be trusted: rectified Adam",
    aliases: ["rectified_adam"], paper: "Liu et al., 2020",
    sample: "{radam: {learning_rate: 1e-3}}")

  @Parameter("step size", in: Bounds.positive) public var learningRate: Double = 1e-3
  @Parameter("decay of the average of gradients", in: 0..<1) public var beta1: Double = 0.9
  @Parameter("decay of the average of squares", in: Bounds.openUnit)
  public var beta2: Double = 0.999
  @Parameter("added to the root", in: Bounds.positive) public var epsilon: Double = 1e-8
  @Parameter("λ of the weight decay", in: 0...) public var weightDecay: Double = 0
  @Parameter("shrink weights apart from the gradient") public var decoupledWeightDecay: Bool = false
  @Parameter("decay biases and scales too") public var decayBiases: Bool = false

  public init() {}

  public init(
    learningRate: Double, beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8,
    weightDecay: Double = 0, decoupledWeightDecay: Bool = false, decayBiases: Bool = false
  ) {
    self.learningRate = learningRate
    self.beta1 = beta1
    self.beta2 = beta2
    self.epsilon = epsilon
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

    let limit = 2 / (1 - beta2) - 1
    let length = averageLength(at: step.number)
    let trusted = length .> 5
    // Where the variance is not trusted the root's argument can be negative; it is not used there.
    let ratio =
      maximum(length - 4, 0) * (length - 2) / length * Float(limit / ((limit - 4) * (limit - 2)))
    let rectified = sqrt(maximum(ratio, 0) * step.biasCorrection(beta2))
    let size = step.rate / step.biasCorrection(beta1)
    let scaled = rectified / (sqrt(v) + Float(epsilon))
    return start - size * m * select(trusted, scaled, g.filled(with: 1))
  }

  /// ρₜ, the length of the average of squares.
  ///
  /// With a = −log β₂ and x = t·a it is (ρ∞ − 2/a) + 2/a·(1 − x/(eˣ − 1)); as a difference of ρ∞ and
  /// the fraction it would lose four of seven digits at the first steps.
  private func averageLength(at number: Tensor) -> Tensor {
    let a = -log(beta2)
    let x = number * Float(a)
    let y = square(x)
    let series =
      x * 0.5 - y * (1 / 12) + square(y) * (1 / 720) - square(y) * y * (1 / 30240)
      + square(square(y)) * (1 / 1_209_600)
    let share = select(x .< 0.25, series, 1 - x / expm1(x))
    let offset = 2 / (1 - beta2) - 1 - 2 / a
    return share * Float(2 / a) + Float(offset)
  }
}
