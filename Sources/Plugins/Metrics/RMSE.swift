import EspalierProtocols

/// The root of the mean of squared errors: in the target's unit. Of several values, the root of the mean
/// over all.
public struct RMSE: Metric {
  public static let manifest = Manifest(
    "rmse", "√(mean of (ŷ − y)²)", aliases: ["root_mean_squared_error"])
  public static let task = LearningTask.regression
  public static let higherIsBetter = false

  public init() {}

  public func makeAccumulator(_ target: TargetDescription) -> any MetricAccumulator {
    ErrorMean(finish: { $0.squareRoot() }, { error, _ in error * error })
  }
}
