import EspalierProtocols

/// The mean of squared errors, over samples and values: in the target's unit squared.
public struct MSE: Metric {
  public static let manifest = Manifest(
    "mse", "mean of (ŷ − y)²", aliases: ["mean_squared_error"])
  public static let task = LearningTask.regression
  public static let higherIsBetter = false

  public init() {}

  public func makeAccumulator(_ target: TargetDescription) -> any MetricAccumulator {
    ErrorMean { error, _ in error * error }
  }
}
