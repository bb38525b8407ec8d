import EspalierProtocols

/// L = mean of max(0, |a − p| − |a − n| + margin): samples of one class come closer to each other than to those
/// of other classes, by a margin.
///
/// The output is a point a sample, [n, dimensions], and targets are class numbers [n]. Of each sample as anchor
/// a, `hard` takes the farthest p of its class in the batch and the nearest n of another; `all` takes every
/// such pair and the mean over those that cost anything. Anchors without a partner of their class, or without
/// one of another, do not count. Distances are Euclidean. The prediction is the point itself: metrics for
/// classes do not suit it.
public struct Triplet: Loss {
  /// Which partners an anchor gets.
  public enum Mining: String, Choice, Sendable { case hard, all }

  public static let manifest = Manifest(
    "triplet", "max(0, |a − p| − |a − n| + margin), p of a's class and n of another, in the batch",
    paper: "Schroff, Kalenichenko and Philbin, 2015; Hermans, Beyer and Leibe, 2017",
    sample: "triplet: {margin: 0.5}")
  public static let task = LearningTask.classification

  @Parameter("how much closer p is to be than n", in: Bounds.positive) public var margin: Float = 1
  @Parameter("the hardest partners of each sample, or all") public var mining = Mining.hard

  public init() {}
  public init(margin: Float = 1, mining: Mining = .hard) {
    self.margin = margin
    self.mining = mining
  }

  public func callAsFunction(_ output: Tensor, _ target: Tensor, _ context: LossContext) throws
    -> Tensor
  {
    let n = output.shape.dimensions.first ?? 0
    guard output.rank == 2, target.shape.count == n else {
      throw PluginError(
        "triplet takes points [n×dimensions] and a class number a sample, not \(output.shape) and "
          + "\(target.shape)")
    }
    let labels = target.reshaped(to: [n, 1])
    let same = labels .== labels.reshaped(to: [1, n])
    let place = output.recorder.constant((0..<n).map { Float($0) }, [n])
    let own = place.reshaped(to: [n, 1]) .== place.reshaped(to: [1, n])
    let positive = same * (1 - own)
    let negative = 1 - same
    let distance = distances(output)
    return mining == .hard
      ? hardest(distance, positive, negative, context)
      : all(distance, positive, negative, context)
  }

  /// Euclidean distances between all points, [n, n].
  private func distances(_ points: Tensor) -> Tensor {
    let n = points.shape[0]
    let squares = square(points).sum([-1])
    let products = matmul(points, points.transposed)
    let sum = squares.reshaped(to: [n, 1]) + squares.reshaped(to: [1, n]) - 2 * products
    // At zero a root has no slope; rounding may even lead below.
    return sqrt(maximum(sum, 1e-12))
  }

  private func hardest(
    _ distance: Tensor, _ positive: Tensor, _ negative: Tensor, _ context: LossContext
  ) -> Tensor {
    let far = (distance * positive).max([-1])
    // Beyond all others stands what is none.
    let near = -(-distance - (1 - negative) * 1e6).max([-1])
    let counts = minimum(positive.sum([-1]), 1) * minimum(negative.sum([-1]), 1)
    return mean(maximum(far - near + margin, 0) * counts, counts, context)
  }

  private func all(
    _ distance: Tensor, _ positive: Tensor, _ negative: Tensor, _ context: LossContext
  ) -> Tensor {
    let n = distance.shape[0]
    let pairs =
      distance.reshaped(to: [n, n, 1]) - distance.reshaped(to: [n, 1, n]) + margin
    let valid = positive.reshaped(to: [n, n, 1]) * negative.reshaped(to: [n, 1, n])
    let costs = maximum(pairs, 0) * valid
    let counts = costs .> 0
    return mean(costs.sum([1, 2]), counts.sum([1, 2]), context)
  }

  /// Σ s·l / Σ s·c over anchors; zero where nothing counts.
  private func mean(_ losses: Tensor, _ counts: Tensor, _ context: LossContext) -> Tensor {
    let weights = context.sampleWeights
    let total = (weights.map { counts * $0 } ?? counts).sum()
    return (weights.map { losses * $0 } ?? losses).sum() / maximum(total, 1e-12)
  }
}
