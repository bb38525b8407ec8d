import EspalierProtocols

/// Of the samples of a class, the share predicted as it: tp / (tp + fn).
///
/// `average` says how classes become one number: `macro` (the mean over all classes, one without
/// samples or predictions counts as 0), `weighted` (by samples), `micro` (all samples together) or
/// `binary` (the positive class alone). 0 to 1.
public struct Recall: Metric {
  public static let manifest = Manifest(
    "recall", "tp/(tp + fn): of a class's samples, the share predicted as it",
    aliases: ["sensitivity"],
    sample: "{recall: {average: weighted}}")
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
      hits, _, support in ratio(hits, support)
    }
    return CountingAccumulator(target) { .number(score($0)) }
  }
}
