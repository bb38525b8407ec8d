import EspalierProtocols

/// SAM: the gradient at the worst point nearby is followed, which leads to flat minima.
///
///     e = ρ·g/‖g‖            ‖g‖ over all parameters
///     g ← ∇L(w + e)          with the same batch
///
/// Then the optimizer within updates w. Each step takes a second forward and backward pass. Foret et al., 2021.
public struct SAM: Optimizer {
  public static let manifest = Manifest(
    "sam", "∇L(w + ρ·g/‖g‖) in place of g: flat minima", paper: "Foret et al., 2021",
    sample: "{sam: {radius: 0.05, optimizer: {sgd: {learning_rate: 0.1, momentum: 0.9}}}}")

  @Parameter("ρ, how far away the gradient is taken", in: Bounds.positive)
  public var radius: Double = 0.05
  @Component("what updates with that gradient") public var optimizer: any Optimizer

  public init() {}

  public init(_ optimizer: any Optimizer, radius: Double = 0.05) {
    self.optimizer = optimizer
    self.radius = radius
  }

  public var learningRate: Double { optimizer.learningRate }
  public var isElementwise: Bool { optimizer.isElementwise }
  public var decaysBiases: Bool { optimizer.decaysBiases }
  public var parts: [any Optimizer] { optimizer.parts }
  public func part(of parameter: String, shape: Shape) -> Int? {
    optimizer.part(of: parameter, shape: shape)
  }

  public func gradients(_ gradients: Gradients, _ context: StepContext) throws -> Gradients {
    let factor = Float(radius) / (gradients.norm + 1e-12)
    var offset = gradients
    offset.map { $0 * factor }
    return try optimizer.gradients(try context.gradients(atOffset: offset), context)
  }

  public func update(_ parameter: Tensor, gradient: Tensor, _ step: OptimizerStep) -> Tensor {
    optimizer.update(parameter, gradient: gradient, step)
  }
}
