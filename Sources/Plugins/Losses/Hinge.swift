import EspalierProtocols

/// L = mean of max(0, margin − y · score)^power, y = ±1, for one output; with a score a class,
/// mean of Σ max(0, margin − score of t + score of c)^power / classes over the wrong classes c.
///
/// Targets are class numbers; with one output 0 (or −1) and 1.
public struct Hinge: Loss {
  public static let manifest = Manifest(
    "hinge", "max(0, margin − y·score)^power, the mean: a classifier with a margin",
    paper: "Crammer and Singer, 2001")
  public static let task = LearningTask.classification

  @Parameter("lead of the right class that costs nothing more", in: Bounds.positive)
  public var margin: Float = 1
  @Parameter("1, or 2 for squares", in: 1...2) public var power = 1

  public init() {}
  public init(margin: Float = 1, power: Int = 1) {
    self.margin = margin
    self.power = power
  }

  public func callAsFunction(_ output: Tensor, _ target: Tensor, _ context: LossContext) throws
    -> Tensor
  {
    let n = output.shape.dimensions.first ?? 1
    guard output.rank == 1 || output.rank == 2, target.shape.count == n else {
      throw PluginError(
        "hinge takes scores [n×classes] and a class number a sample, not \(output.shape) and "
          + "\(target.shape)")
    }
    let scores = output.rank == 1 ? output.reshaped(to: [n, 1]) : output
    let numbers = target.reshaped(to: [n])
    let classes = scores.shape.last
    guard classes > 1 else {
      let sides = select(numbers .> 0, numbers.filled(with: 1), numbers.filled(with: -1))
      return context.mean(cost(margin - sides * scores.reshaped(to: [n])))
    }
    let chosen = numbers.oneHot(classes)
    let lead = (scores * chosen).sum([-1], keepingAxes: true)
    let costs = cost(margin - lead + scores) * (1 - chosen)
    return context.mean(costs.sum([-1]) / Float(classes))
  }

  private func cost(_ x: Tensor) -> Tensor {
    let positive = maximum(x, 0)
    return power == 2 ? square(positive) : positive
  }

  /// Scores turned into numbers between 0 and 1 of the same order; they are no calibrated
  /// probabilities.
  public func prediction(from output: Tensor) -> Tensor {
    output.rank == 2 && output.shape[1] > 1 ? output.softmax() : sigmoid(output)
  }

  public func outputs(for target: TargetDescription) -> Int? {
    if case .classes(let names) = target { names.count == 2 ? nil : names.count } else { nil }
  }
}
