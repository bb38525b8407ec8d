import EspalierProtocols

/// The mean of absolute errors, over samples and values: in the target's unit.
public struct MAE: Metric {
  public static let manifest = Manifest(
    "mae", "mean of |ŷ − y|", aliases: ["mean_absolute_error"])
  public static let task = LearningTask.regression
  public static let higherIsBetter = false

  public init() {}

  public func makeAccumulator(_ target: TargetDescription) -> any MetricAccumulator {
    ErrorMean { error, _ in abs(error) }
  }
}
