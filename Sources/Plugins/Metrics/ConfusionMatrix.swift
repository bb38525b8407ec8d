import EspalierProtocols

/// How many samples of each class were predicted as each class.
///
/// Rows are true classes, columns predicted ones, both in the order of the data's classes.
public struct ConfusionMatrix: Metric {
  public static let manifest = Manifest(
    "confusion_matrix", "counts by true class (rows) and predicted class (columns)",
    aliases: ["confusion"])
  public static let task = LearningTask.classification

  public init() {}

  public func makeAccumulator(_ target: TargetDescription) -> any MetricAccumulator {
    CountingAccumulator(target) { counts in
      .matrix(
        labels: target.names,
        counts: (0..<counts.classes).map { row in
          (0..<counts.classes).map { Double(counts[row, $0]) }
        })
    }
  }
}
