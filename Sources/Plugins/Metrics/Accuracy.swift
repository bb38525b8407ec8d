import EspalierProtocols

/// The share of samples whose predicted class is the true one, 0 to 1.
///
/// The predicted class is the largest of several probabilities (the first of equal ones), or one
/// probability against a half.
public struct Accuracy: Metric {
  public static let manifest = Manifest(
    "accuracy", "correct/all: the share of samples whose class is predicted right")
  public static let task = LearningTask.classification

  public init() {}

  public func makeAccumulator(_ target: TargetDescription) -> any MetricAccumulator {
    CountingAccumulator(target) { counts in
      // Samples without a known class cannot be right.
      let total = counts.total + counts.strays
      return .number(total == 0 ? .nan : Double(counts.correct) / Double(total))
    }
  }
}
