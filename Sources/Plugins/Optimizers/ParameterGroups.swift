import EspalierProtocols

/// Several optimizers, each for parameters of its own: other rates, decays or rules.
///
/// A parameter goes to the first that takes it: `only` takes what its patterns name, any other takes
/// all. What none takes is not trained. The schedule and the logs have the last one's rate; the others
/// keep their proportion to it.
public struct ParameterGroups: Optimizer {
  public static let manifest = Manifest(
    "parameter_groups", "several optimizers, each for parameters of its own",
    sample: """
      {parameter_groups: {groups: [{only: {parameters: [dense_1], optimizer: {sgd: {learning_rate: 0.01}}}}, \
      {adam: {learning_rate: 1e-3}}]}}
      """)

  @Component("optimizers in the order in which they are asked") public var groups: [any Optimizer]

  public init() {}

  public init(_ groups: [any Optimizer]) { self.groups = groups }

  public func validate() throws {
    if groups.isEmpty { throw PluginError("give at least one optimizer", parameter: "groups") }
  }

  public var learningRate: Double { groups.last?.learningRate ?? 1 }
  public var parts: [any Optimizer] { groups.flatMap(\.parts) }

  public func part(of parameter: String, shape: Shape) -> Int? {
    var first = 0
    for group in groups {
      if let part = group.part(of: parameter, shape: shape) { return first + part }
      first += group.parts.count
    }
    return nil
  }

  public func gradients(_ gradients: Gradients, _ context: StepContext) throws -> Gradients {
    try groups.reduce(gradients) { try $1.gradients($0, context) }
  }

  public func update(_ parameter: Tensor, gradient: Tensor, _ step: OptimizerStep) -> Tensor {
    // The parts update; the whole has no rule.
    groups.last?.update(parameter, gradient: gradient, step) ?? parameter
  }
}
