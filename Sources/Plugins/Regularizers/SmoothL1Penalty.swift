import EspalierProtocols

/// Smooth L1: like L2 near zero and like L1 beyond.
///
///     λ·Σ s(w),   s(w) = w²/(2β) where |w| < β, else |w| − β/2
///
/// The gradient is λ·w/β near zero and λ·sign(w) beyond: no jump at zero. Huber, 1964.
///
/// Shapes: any parameter to a single number. It is added once to the loss, whatever the batch size.
public struct SmoothL1Penalty: Regularizer {
  public static let manifest = Manifest(
    "smooth_l1", "λΣs(w) added to the loss, s = w²/2β near zero and |w| − β/2 beyond",
    paper: "Huber, 1964", sample: "{smooth_l1: {strength: 1e-4}}")

  @Parameter("λ, the factor of the penalty", in: 0...) public var strength: Double
  @Parameter("β, where the square turns into the line", in: Bounds.positive)
  public var beta: Double = 1
  @Parameter("names of the layers it is for, with `*`; all when empty") public var layers:
    [String] =
      []
  @Parameter("penalize biases and scales too") public var biases: Bool = false

  public init() {}

  public init(strength: Double, beta: Double = 1, layers: [String] = [], biases: Bool = false) {
    self.strength = strength
    self.beta = beta
    self.layers = layers
    self.biases = biases
  }

  public var includesBiases: Bool { biases }

  public func penalty(_ parameter: Tensor) -> Tensor {
    let size = abs(parameter)
    let inner = minimum(size, Float(beta))
    // With m = min(|w|, β) both pieces are m²/2β + (|w| − m), one formula without a branch.
    return (square(inner) * Float(0.5 / beta) + (size - inner)).sum() * Float(strength)
  }
}
