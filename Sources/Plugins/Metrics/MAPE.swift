import EspalierProtocols

/// The mean of |ŷ − y| / |y|, a share of the target: 0.1 is ten percent.
///
/// A target of zero counts as 2.2e-16, which makes its term huge: for targets near zero take `mae`.
public struct MAPE: Metric {
  public static let manifest = Manifest(
    "mape", "mean of |ŷ − y|/|y|: the error as a share of the target",
    aliases: ["mean_absolute_percentage_error"])
  public static let task = LearningTask.regression
  public static let higherIsBetter = false

  public init() {}

  public func makeAccumulator(_ target: TargetDescription) -> any MetricAccumulator {
    ErrorMean { error, target in abs(error) / max(abs(target), .ulpOfOne) }
  }
}
