import EspalierProtocols

/// The share of the target's variance that is predicted: 1 − Σ(y − ŷ)² / Σ(y − ȳ)².
///
/// 1 is perfect, 0 what the mean of the targets would reach; it can be negative. Of several values, the
/// mean of their shares. A target that never changes has no variance: 1 for a perfect prediction, else
/// 0. One sample has no share at all.
public struct R2: Metric {
  public static let manifest = Manifest(
    "r2", "1 − Σ(y − ŷ)²/Σ(y − ȳ)²: the share of the target's variance that is predicted",
    aliases: ["r2_score", "r_squared"])
  public static let task = LearningTask.regression

  public init() {}

  public func makeAccumulator(_ target: TargetDescription) -> any MetricAccumulator {
    Accumulator()
  }

  /// Running means and sums of squared distances from them (Welford, 1962): no difference of large
  /// sums of squares, which would leave nothing of a small variance around a large mean.
  private struct Accumulator: MetricAccumulator {
    struct Column {
      var mean = 0.0
      var spread = 0.0
      var residual = 0.0
    }
    var columns: [Column] = []
    var count = 0

    mutating func update(_ batch: MetricBatch) {
      if columns.count < batch.width {
        columns = [Column](repeating: Column(), count: batch.width)
      }
      for sample in 0..<batch.count {
        count += 1
        for column in 0..<batch.width {
          let place = sample * batch.width + column
          let target = Double(batch.targets[place])
          let error = Double(batch.predictions[place]) - target
          let distance = target - columns[column].mean
          columns[column].mean += distance / Double(count)
          columns[column].spread += distance * (target - columns[column].mean)
          columns[column].residual += error * error
        }
      }
    }

    func result() -> MetricResult {
      guard count >= 2, !columns.isEmpty else { return .number(.nan) }
      let shares = columns.map { column -> Double in
        if column.spread == 0 { return column.residual == 0 ? 1 : column.residual.isNaN ? .nan : 0 }
        return 1 - column.residual / column.spread
      }
      return .number(shares.reduce(0, +) / Double(shares.count))
    }

    var state: [Double] {
      get { [Double(count)] + columns.flatMap { [$0.mean, $0.spread, $0.residual] } }
      set {
        guard newValue.count % 3 == 1 else { return }
        count = Int(newValue[0])
        columns = stride(from: 1, to: newValue.count, by: 3).map {
          Column(mean: newValue[$0], spread: newValue[$0 + 1], residual: newValue[$0 + 2])
        }
      }
    }

    mutating func reset() {
      columns = []
      count = 0
    }
  }
}
