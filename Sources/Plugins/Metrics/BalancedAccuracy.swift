import EspalierProtocols

/// The mean over the classes present of each class's share of samples predicted right.
///
/// Rare classes count as much as frequent ones; a guess scores 1/classes. Brodersen et al., 2010.
public struct BalancedAccuracy: Metric {
  public static let manifest = Manifest(
    "balanced_accuracy",
    "mean of tp/(tp + fn) over the classes present: rare ones count as much as others",
    paper: "Brodersen et al., 2010")
  public static let task = LearningTask.classification

  public init() {}

  public func makeAccumulator(_ target: TargetDescription) -> any MetricAccumulator {
    CountingAccumulator(target) { counts in
      let recalls = (0..<counts.classes).compactMap { number -> Double? in
        let support = counts.support(number)
        return support == 0 ? nil : Double(counts[number, number]) / Double(support)
      }
      return .number(recalls.isEmpty ? .nan : recalls.reduce(0, +) / Double(recalls.count))
    }
  }
}
