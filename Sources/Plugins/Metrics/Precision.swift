import EspalierProtocols

/// Of the samples predicted as a class, the share that are of it: tp / (tp + fp).
///
/// `average` says how classes become one number: `macro` (the mean over all classes, one without
/// samples or predictions counts as 0), `weighted` (by samples), `micro` (all samples together) or
/// `binary` (the positive class alone). 0 to 1.
public struct Precision: Metric {
  public static let manifest = Manifest(
    "precision", "tp/(tp + fp): of the samples predicted as a class, the share that are",
    sample: "{precision: {average: weighted}}")
  public static let task = LearningTask.classification

  @Parameter("how classes become one number") public var average: ClassAverage = .macro
  @Parameter("name or number of the positive class, for `binary`; the second unless given")
  public var positive: String = ""

  public init() {}

  public init(average: ClassAverage, positive: String = "") {
    self.average = average
    self.positive = positive
  }

  public func makeAccumulator(_ target: TargetDescription) -> any MetricAccumulator {
    let score = AveragedScore(average: average, positive: positive, target: target) {
      hits, predictions, _ in ratio(hits, predictions)
    }
    return CountingAccumulator(target) { .number(score($0)) }
  }
}
