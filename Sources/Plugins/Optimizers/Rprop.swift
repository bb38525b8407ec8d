import EspalierProtocols

/// Rprop: each number has a step of its own that grows while its gradient keeps its sign.
///
/// For every number w with step s, which begins at the rate η:
///
///     the gradient keeps its sign:   s ← min(s·η⁺, s₊)
///     it changes its sign:           s ← max(s·η⁻, s₋), and the gradient counts as 0 once
///     w ← w − sign(g)·s
///
/// Only for full batches: the noise of small ones changes signs all the time. A schedule has no effect
/// after the first step. Riedmiller and Braun, 1993.
public struct Rprop: Optimizer {
  public static let manifest = Manifest(
    "rprop", "w − sign(g)·s, the step s growing while g keeps its sign: for full batches",
    paper: "Riedmiller and Braun, 1993", sample: "{rprop: {learning_rate: 0.01}}")

  @Parameter("first step", in: Bounds.positive) public var learningRate: Double = 0.01
  @Parameter("η⁻, factor of the step when the sign changes", in: Bounds.openUnit)
  public var shrink: Double = 0.5
  @Parameter(
    "η⁺, factor of the step when the sign stays", in: Bounds(lower: 1, includesLower: false))
  public var grow: Double = 1.2
  @Parameter("smallest step", in: 0...) public var smallest: Double = 1e-6
  @Parameter("largest step", in: Bounds.positive) public var largest: Double = 50

  public init() {}

  public init(
    learningRate: Double, shrink: Double = 0.5, grow: Double = 1.2, smallest: Double = 1e-6,
    largest: Double = 50
  ) {
    self.learningRate = learningRate
    self.shrink = shrink
    self.grow = grow
    self.smallest = smallest
    self.largest = largest
  }

  public func validate() throws {
    if smallest > largest {
      throw PluginError("the smallest step is above the largest", parameter: "smallest")
    }
  }

  public func update(_ parameter: Tensor, gradient: Tensor, _ step: OptimizerStep) -> Tensor {
    let before = step.state("gradient")
    let size = step.state("size")
    // Signs, not the product of the gradients: that of two small ones would be zero.
    let agreement = sign(before.value) * sign(gradient)
    let isFirst = (step.number .<= 1).broadcast(to: gradient.shape)
    let current = select(isFirst, step.rate, size.value)
    let factor = select(
      agreement .> 0, gradient.filled(with: Float(grow)),
      select(agreement .< 0, gradient.filled(with: Float(shrink)), gradient.filled(with: 1)))
    size.value = minimum(maximum(current * factor, Float(smallest)), Float(largest))
    let counted = select(agreement .< 0, gradient.filled(with: 0), gradient)
    before.value = counted
    return parameter - sign(counted) * size.value
  }
}
