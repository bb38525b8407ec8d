import EspalierProtocols

/// An optimizer for some parameters; those that nobody takes are not trained.
///
/// Patterns fit a parameter's name, `dense_1.weight`, or its layer's, `dense_1`; `*` stands for any
/// characters. By itself it freezes all others; in `parameter_groups` the next ones get them.
public struct Only: Optimizer, ParameterSelecting {
  public static let manifest = Manifest(
    "only", "an optimizer for the parameters that patterns name; others are not trained",
    sample: "{only: {parameters: [dense_2], optimizer: {adam: {learning_rate: 1e-4}}}}")

  @Parameter("names of layers or parameters, with `*` for any characters")
  public var parameters: [String]
  @Component("what trains them") public var optimizer: any Optimizer

  public init() {}

  public init(_ parameters: [String], _ optimizer: any Optimizer) {
    self.parameters = parameters
    self.optimizer = optimizer
  }

  public func validate() throws {
    if parameters.isEmpty {
      throw PluginError("give at least one name or pattern", parameter: "parameters")
    }
  }

  public static var selectionName: String { "parameters" }
  public var selection: [String] { parameters }

  public var learningRate: Double { optimizer.learningRate }
  public var isElementwise: Bool { optimizer.isElementwise }
  public var decaysBiases: Bool { optimizer.decaysBiases }
  public var parts: [any Optimizer] { optimizer.parts }

  public func part(of parameter: String, shape: Shape) -> Int? {
    NamePattern.any(of: parameters, fits: parameter)
      ? optimizer.part(of: parameter, shape: shape) : nil
  }

  public func gradients(_ gradients: Gradients, _ context: StepContext) throws -> Gradients {
    try optimizer.gradients(gradients, context)
  }

  public func update(_ parameter: Tensor, gradient: Tensor, _ step: OptimizerStep) -> Tensor {
    optimizer.update(parameter, gradient: gradient, step)
  }
}
