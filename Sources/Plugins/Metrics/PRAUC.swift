import EspalierProtocols

/// The area under the curve of precision against recall, as average precision: Σ (Rₖ − Rₖ₋₁)·Pₖ.
///
/// Pₖ and Rₖ are precision and recall of the samples with one of the k highest different scores. There
/// is no line drawn between the points, which would flatter. 1 is perfect; chance gives the share of
/// the class. Of two classes it is class 1's; of several, the mean of each class against the rest. A
/// class without samples does not count; without any it is not defined. Davis and Goadrich, 2006.
public struct PRAUC: Metric {
  public static let manifest = Manifest(
    "pr_auc",
    "Σ (Rₖ − Rₖ₋₁)Pₖ over the scores from the highest: average precision P over recall R",
    aliases: ["average_precision", "auprc"], paper: "Davis and Goadrich, 2006")
  public static let task = LearningTask.classification

  @Parameter("how several classes, each against the rest, become one number")
  public var average: RankAverage = .macro

  public init() {}

  public init(average: RankAverage) { self.average = average }

  public func makeAccumulator(_ target: TargetDescription) -> any MetricAccumulator {
    RankingAccumulator(target) { scores in
      scores.average(average) { ties, hits, _ in
        guard hits > 0 else { return nil }
        var (found, looked) = (0, 0)
        var area = 0.0
        for tie in ties {
          found += tie.hits
          looked += tie.all
          area += Double(tie.hits) * (Double(found) / Double(looked))
        }
        return area / Double(hits)
      }
    }
  }
}
