import EspalierProtocols

/// The correlation of predicted and true classes (Matthews), −1 to 1.
///
/// With c correct of n samples, tₖ of class k and pₖ predicted as k:
///
///     (c·n − Σ tₖ·pₖ) / √((n² − Σ pₖ²)(n² − Σ tₖ²))
///
/// 1 is perfect, 0 is chance, also where only one class occurs or is predicted. It is fair to classes
/// of unequal size. Matthews, 1975; Gorodkin, 2004.
public struct MCC: Metric {
  public static let manifest = Manifest(
    "mcc",
    "(c·n − Σtₖpₖ)/√((n² − Σpₖ²)(n² − Σtₖ²)): correlation of predicted and true classes (Matthews)",
    aliases: ["matthews_correlation"], paper: "Matthews, 1975; Gorodkin, 2004")
  public static let task = LearningTask.classification

  public init() {}

  public func makeAccumulator(_ target: TargetDescription) -> any MetricAccumulator {
    CountingAccumulator(target) { counts in
      let total = Double(counts.total)
      guard total > 0 else { return .number(.nan) }
      let supports = (0..<counts.classes).map { Double(counts.support($0)) }
      let predictions = (0..<counts.classes).map { Double(counts.predictions($0)) }
      let covariance =
        Double(counts.correct) * total
        - zip(supports, predictions).reduce(0) {
          $0 + $1.0 * $1.1
        }
      let ofTruth = total * total - supports.reduce(0) { $0 + $1 * $1 }
      let ofGuess = total * total - predictions.reduce(0) { $0 + $1 * $1 }
      return .number(ratio(covariance, (ofTruth.squareRoot() * ofGuess.squareRoot())))
    }
  }
}
