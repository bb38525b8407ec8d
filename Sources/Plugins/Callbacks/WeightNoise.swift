import EspalierProtocols

/// Noise on the weights while training: layers see w + σ·n in place of w, n ~ N(0, 1) fresh at each step.
///
/// The gradient at the noisy weights updates the plain ones, which validation, test and prediction use.
/// With `relative`, σ is a share of each parameter's own root mean square. Graves, 2011.
public struct WeightNoise: Callback, ParameterSelecting {
  public static let manifest = Manifest(
    "weight_noise", "w + σ·n in place of w while training: weights that small changes do not hurt",
    paper: "Graves, 2011", sample: "{weight_noise: {deviation: 0.01}}")

  @Parameter("σ, the standard deviation of the noise", in: 0...) public var deviation: Double
  @Parameter("σ is a share of the parameter's root mean square") public var relative: Bool = false
  @Parameter("names of layers or parameters, with `*`; all weights when empty")
  public var parameters: [String] = []

  public init() {}

  public init(deviation: Double, relative: Bool = false, parameters: [String] = []) {
    self.deviation = deviation
    self.relative = relative
    self.parameters = parameters
  }

  public func transform(parameter: Tensor, named name: String, role: VariableRole) -> Tensor {
    guard deviation > 0, role == .weight || !parameters.isEmpty, fits(name) else {
      return parameter
    }
    let noise = parameter.random(.normal) * Float(deviation)
    guard relative else { return parameter + noise }
    return parameter + noise * sqrt(square(parameter).mean()).withoutGradient()
  }

  public static var selectionName: String { "parameters" }
  public var selection: [String] { parameters }

  private func fits(_ name: String) -> Bool {
    parameters.isEmpty || NamePattern.any(of: parameters, fits: name)
  }
}
