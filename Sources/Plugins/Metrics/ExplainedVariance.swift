import EspalierProtocols

/// The share of the target's variance that is predicted, whatever the mean error: 1 − Var(y − ŷ)/Var(y).
///
/// 1 is perfect but for an offset; `r2` counts the offset as an error too, and is never more. Of several
/// values, the mean of their shares. A target that never changes has no variance: 1 if the error never
/// changes either, else 0. One sample has no share at all.
public struct ExplainedVariance: Metric {
  public static let manifest = Manifest(
    "explained_variance",
    "1 − Var(y − ŷ)/Var(y): the share of the target's variance that is predicted, but for an offset"
  )
  public static let task = LearningTask.regression

  public init() {}

  public func makeAccumulator(_ target: TargetDescription) -> any MetricAccumulator {
    Accumulator()
  }

  /// A running mean and sum of squared distances from it (Welford, 1962).
  private struct Spread {
    var mean = 0.0
    var sum = 0.0

    mutating func add(_ value: Double, _ count: Int) {
      let distance = value - mean
      mean += distance / Double(count)
      sum += distance * (value - mean)
    }
  }

  private struct Accumulator: MetricAccumulator {
    var columns: [(error: Spread, target: Spread)] = []
    var count = 0

    mutating func update(_ batch: MetricBatch) {
      if columns.count < batch.width {
        columns = .init(repeating: (Spread(), Spread()), count: batch.width)
      }
      for sample in 0..<batch.count {
        count += 1
        for column in 0..<batch.width {
          let place = sample * batch.width + column
          let target = Double(batch.targets[place])
          columns[column].target.add(target, count)
          columns[column].error.add(target - Double(batch.predictions[place]), count)
        }
      }
    }

    func result() -> MetricResult {
      guard count >= 2, !columns.isEmpty else { return .number(.nan) }
      let shares = columns.map { error, target -> Double in
        if target.sum == 0 { return error.sum == 0 ? 1 : error.sum.isNaN ? .nan : 0 }
        return 1 - error.sum / target.sum
      }
      return .number(shares.reduce(0, +) / Double(shares.count))
    }

    var state: [Double] {
      get {
        [Double(count)]
          + columns.flatMap { [$0.error.mean, $0.error.sum, $0.target.mean, $0.target.sum] }
      }
      set {
        guard newValue.count % 4 == 1 else { return }
        count = Int(newValue[0])
        columns = stride(from: 1, to: newValue.count, by: 4).map {
          (
            Spread(mean: newValue[$0], sum: newValue[$0 + 1]),
            Spread(mean: newValue[$0 + 2], sum: newValue[$0 + 3])
          )
        }
      }
    }

    mutating func reset() {
      columns = []
      count = 0
    }
  }
}
