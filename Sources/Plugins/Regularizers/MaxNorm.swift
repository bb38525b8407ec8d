import EspalierProtocols

/// Max-norm: after each step, a unit whose incoming weights are longer than c is scaled to the length c.
///
///     wᵤ ← wᵤ·min(1, c/‖wᵤ‖)        wᵤ: a row of a matrix, a filter of a convolution
///
/// It is no penalty: the loss stays. Srebro and Shraibman, 2005; with dropout, Srivastava et al., 2014.
///
/// Shapes: [units, …]; biases and scales have no units and stay.
public struct MaxNorm: Regularizer {
  public static let manifest = Manifest(
    "max_norm", "wᵤ·min(1, c/‖wᵤ‖) after each step: no unit's weights grow beyond a length",
    paper: "Srebro and Shraibman, 2005", sample: "{max_norm: {limit: 3}}")

  @Parameter("c, the greatest length of a unit's weights", in: Bounds.positive) public var limit:
    Double
  @Parameter("names of the layers it is for, with `*`; all when empty") public var layers:
    [String] =
      []

  public init() {}

  public init(limit: Double, layers: [String] = []) {
    self.limit = limit
    self.layers = layers
  }

  public func penalty(_ parameter: Tensor) -> Tensor { parameter.recorder.constant(0) }

  public var constrains: Bool { true }

  public func constrained(_ parameter: Tensor) -> Tensor {
    guard parameter.rank >= 2 else { return parameter }
    let norm = sqrt(square(parameter).sum(Array(1..<parameter.rank), keepingAxes: true))
    return parameter * minimum(Float(limit) / maximum(norm, 1e-30), 1)
  }
}
