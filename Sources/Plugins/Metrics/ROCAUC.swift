import EspalierProtocols

/// The area under the curve of true against false positives: how probable it is that a sample of the
/// class has a higher score than one of the others.
///
/// From the ranks of the scores, equal ones with their mean rank: (R − p(p + 1)/2) / (p·n), R the sum of
/// the ranks of the p samples of the class among the n others. 1 is perfect, ½ is chance. Of two
/// classes it is class 1's; of several, the mean of each class against the rest. A class without
/// samples, or without others, does not count; without any it is not defined. Hanley and McNeil, 1982.
public struct ROCAUC: Metric {
  public static let manifest = Manifest(
    "roc_auc",
    "(R − p(p + 1)/2)/(pn), R the ranks' sum of p samples among n others: how well scores sort a class",
    aliases: ["auc", "auroc"], paper: "Hanley and McNeil, 1982")
  public static let task = LearningTask.classification

  @Parameter("how several classes, each against the rest, become one number")
  public var average: RankAverage = .macro

  public init() {}

  public init(average: RankAverage) { self.average = average }

  public func makeAccumulator(_ target: TargetDescription) -> any MetricAccumulator {
    RankingAccumulator(target) { scores in
      scores.average(average) { ties, hits, others in
        guard hits > 0, others > 0 else { return nil }
        // Pairs in which the class's sample is above, and half of those that share a score: the same
        // as by mean ranks, in whole numbers.
        var above = 0
        var area = 0.0
        for tie in ties {
          area += Double(tie.all - tie.hits) * (Double(above) + 0.5 * Double(tie.hits))
          above += tie.hits
        }
        return area / (Double(hits) * Double(others))
      }
    }
  }
}
