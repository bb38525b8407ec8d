import EspalierProtocols

/// Adaptive lasso: λ·Σ |w| / (|w₀| + ε)^γ, an L1 that presses hardest on weights that were small at the
/// beginning.
///
/// w₀ are the weights with which the run begins, held fixed: an estimate made without the penalty, which
/// the initializer `pretrained` brings from another run. Large weights keep their size, which plain
/// L1 takes from all alike. Zou, 2006.
///
/// Shapes: any parameter to a single number. It is added once to the loss, whatever the batch size.
public struct AdaptiveLasso: Regularizer {
  public static let manifest = Manifest(
    "adaptive_lasso", "λΣ|w|/(|w₀| + ε)^γ added to the loss, w₀ the weights at the beginning",
    paper: "Zou, 2006", sample: "{adaptive_lasso: {strength: 1e-4}}")

  @Parameter("λ, the factor of the whole penalty", in: 0...) public var strength: Double
  @Parameter("γ, how much more small weights are pressed", in: 0...) public var gamma: Double = 1
  @Parameter("ε, which bounds the pressure on weights that began at zero", in: Bounds.positive)
  public var epsilon: Double = 1e-3
  @Parameter("names of the layers it is for, with `*`; all when empty") public var layers:
    [String] =
      []
  @Parameter("penalize biases and scales too") public var biases: Bool = false

  public init() {}

  public init(
    strength: Double, gamma: Double = 1, epsilon: Double = 1e-3, layers: [String] = [],
    biases: Bool = false
  ) {
    self.strength = strength
    self.gamma = gamma
    self.epsilon = epsilon
    self.layers = layers
    self.biases = biases
  }

  public var includesBiases: Bool { biases }

  public func penalty(_ parameter: Tensor) -> Tensor {
    let size = abs(parameter)
    var beginning = size.withoutGradient()
    // No size is negative: such numbers tell that none have been kept yet.
    if let memory = PenaltyMemory("adaptive_lasso", of: parameter, parameter.shape, initial: -1) {
      beginning = select(memory.value .< 0, beginning, memory.value)
      memory.set(beginning)
    }
    let pressure = beginning + Float(epsilon)
    return (size / (gamma == 1 ? pressure : pow(pressure, Float(gamma)))).sum() * Float(strength)
  }
}
