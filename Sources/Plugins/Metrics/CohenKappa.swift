import EspalierProtocols

/// Agreement beyond chance: (p − e) / (1 − e).
///
/// p is the accuracy, e the agreement that guessing with the same frequencies of classes would reach.
/// 1 is perfect, 0 is chance. Where chance alone agrees always it is not defined. Cohen, 1960.
public struct CohenKappa: Metric {
  public static let manifest = Manifest(
    "cohen_kappa", "(p − e)/(1 − e): agreement p beyond e, which chance gives", aliases: ["kappa"],
    paper: "Cohen, 1960")
  public static let task = LearningTask.classification

  public init() {}

  public func makeAccumulator(_ target: TargetDescription) -> any MetricAccumulator {
    CountingAccumulator(target) { counts in
      let total = Double(counts.total)
      let chance = (0..<counts.classes).reduce(0) {
        $0 + Double(counts.support($1)) / total * (Double(counts.predictions($1)) / total)
      }
      let agreement = Double(counts.correct) / total
      return .number(chance == 1 ? .nan : (agreement - chance) / (1 - chance))
    }
  }
}
