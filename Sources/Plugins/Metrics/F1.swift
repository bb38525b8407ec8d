import EspalierProtocols

/// The harmonic mean of precision and recall: 2·tp / (2·tp + fp + fn).
///
/// `average` says how classes become one number: `macro` (the mean over all classes, one without
/// samples or predictions counts as 0), `weighted` (by samples), `micro` (all samples together) or
/// `binary` (the positive class alone). 0 to 1.
public struct F1: Metric {
  public static let manifest = Manifest(
    "f1", "2tp/(2tp + fp + fn): the harmonic mean of precision and recall",
    aliases: ["f1_score"], paper: "van Rijsbergen, 1979",
    sample: "{f1: {average: weighted}}")
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
      hits, predictions, support in ratio(2 * hits, predictions + support)
    }
    return CountingAccumulator(target) { .number(score($0)) }
  }
}
