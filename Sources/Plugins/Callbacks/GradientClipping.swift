import EspalierProtocols

/// Keeps gradients from becoming too large, by value, by norm, or both.
///
/// In this order, for a gradient g of the parameters together and gₚ of one parameter:
///
///     value v               g ← min(max(g, −v), v)              number by number
///     per_parameter_norm n  gₚ ← gₚ·min(1, n / (‖gₚ‖ + 1e-6))
///     norm n                g ← g·min(1, n / (‖g‖ + 1e-6))      ‖g‖ over all parameters
///
/// Clipping by norm keeps the gradient's direction. It is recorded as part of the step. Pascanu, Mikolov
/// and Bengio, 2013.
public struct GradientClipping: Callback {
  public static let manifest = Manifest(
    "gradient_clipping", "g·min(1, n/‖g‖), or each number into −v…v: gradients of bounded size",
    aliases: ["clip_gradients"], paper: "Pascanu, Mikolov and Bengio, 2013",
    sample: "{gradient_clipping: {norm: 1}}")

  @Parameter("largest size of a single number", in: Bounds.positive) public var value: Double?
  @Parameter("largest norm of all gradients together", in: Bounds.positive)
  public var norm: Double?
  @Parameter("largest norm of each parameter's gradient", in: Bounds.positive)
  public var perParameterNorm: Double?

  public init() {}

  public init(value: Double? = nil, norm: Double? = nil, perParameterNorm: Double? = nil) {
    self.value = value
    self.norm = norm
    self.perParameterNorm = perParameterNorm
  }

  public func validate() throws {
    if value == nil, norm == nil, perParameterNorm == nil {
      throw PluginError("give `norm`, `value` or `per_parameter_norm`", parameter: "norm")
    }
  }

  public func transform(gradients: inout Gradients, _ context: StepContext) {
    clip(&gradients)
  }

  /// The transform itself, which needs nothing of the step.
  package func clip(_ gradients: inout Gradients) {
    guard !gradients.names.isEmpty else { return }
    if let value {
      gradients.map { minimum(maximum($0, Float(-value)), Float(value)) }
    }
    if let perParameterNorm {
      gradients.mapEach { _, gradient in
        gradient * Self.factor(sqrt(square(gradient).sum()), perParameterNorm)
      }
    }
    if let norm {
      let factor = Self.factor(gradients.norm, norm)
      gradients.map { $0 * factor }
    }
  }

  private static func factor(_ found: Tensor, _ limit: Double) -> Tensor {
    minimum(Float(limit) / (found + 1e-6), 1)
  }
}
