import EspalierProtocols

/// Lookahead: slow weights follow the fast ones of another optimizer every k steps.
///
/// The optimizer within takes k steps from w, then
///
///     s ← s + α·(w − s),  w ← s
///
/// with s the first weights at the beginning. Zhang et al., 2019.
public struct Lookahead: Optimizer {
  public static let manifest = Manifest(
    "lookahead", "s + α·(w − s) every k steps: slow weights follow the fast ones of an optimizer",
    paper: "Zhang et al., 2019",
    sample: "{lookahead: {every: 5, share: 0.5, optimizer: {adam: {learning_rate: 1e-3}}}}")

  @Parameter("k, fast steps for a slow one", in: 1..., unit: "steps") public var every: Int = 5
  @Parameter("α, share of the way that slow weights go", in: 0...1) public var share: Double = 0.5
  @Component("what takes the fast steps") public var optimizer: any Optimizer

  public init() {}

  public init(_ optimizer: any Optimizer, every: Int = 5, share: Double = 0.5) {
    self.optimizer = optimizer
    self.every = every
    self.share = share
  }

  public var learningRate: Double { optimizer.learningRate }
  public var isElementwise: Bool { optimizer.isElementwise }
  public var decaysBiases: Bool { optimizer.decaysBiases }

  public var parts: [any Optimizer] {
    let parts = optimizer.parts
    return parts.count == 1 ? [self] : parts.map { Lookahead($0, every: every, share: share) }
  }

  public func part(of parameter: String, shape: Shape) -> Int? {
    optimizer.part(of: parameter, shape: shape)
  }

  public func gradients(_ gradients: Gradients, _ context: StepContext) throws -> Gradients {
    try optimizer.gradients(gradients, context)
  }

  public func update(_ parameter: Tensor, gradient: Tensor, _ step: OptimizerStep) -> Tensor {
    // State begins with a number, not with the weights: the first step sets them.
    let slow = step.state("slow")
    let before = select(step.number .<= 1, parameter, slow.value)
    let fast = optimizer.update(parameter, gradient: gradient, step)
    let counter = step.number("counter")
    let taken = counter.value + 1
    let isDue = taken .>= Float(every)
    counter.value = taken * (1 - isDue)
    let moved = before + (fast - before) * Float(share)
    slow.value = select(isDue, moved, before)
    return select(isDue, moved, fast)
  }
}
