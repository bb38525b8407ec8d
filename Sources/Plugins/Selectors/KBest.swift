import EspalierProtocols

/// Keeps the k features that tell most of the target, each by itself.
///
/// ```
/// f_test, classes    F = Σ_c n_c(μ_c − μ)² / (C − 1)  /  Σ_c Σ (x − μ_c)² / (n − C)
/// f_test, values     F = r² / (1 − r²) · (n − 2),  r the correlation of feature and value
/// mutual_information I = Σ p(x, y) ln(p(x, y) / (p(x) p(y))),  from a histogram
/// ```
/// The histogram has bins of equally many samples for features and for values; what has no more
/// different values than bins has a bin for each. Its bias is corrected by
/// (bins of x + bins of y − bins of both − 1) / 2n, counting those that are not empty. Of several values
/// to learn the greatest score counts. The F scores are scikit-learn's `f_classif` and `f_regression`.
/// Up to 2²⁵ values are held in memory for mutual information; the bins of more are counted, as exactly, in
/// passes over the samples.
///
/// Samples of any shape become rows of the features that are kept, in their order.
public struct KBest: FeatureSelector {
  /// How much a feature tells.
  public enum Score: String, Choice, Sendable {
    case fTest = "f_test"
    case mutualInformation = "mutual_information"
  }

  public static let manifest = Manifest(
    "k_best", "keeps the k features of the best F-test or mutual information with the target",
    paper: "Miller, 1955", sample: "k_best: {k: 0.5}")

  @Parameter("how many features are kept: a number, or a share of them (0…1)")
  public var k: FeatureCount
  @Parameter("how much a feature tells of the target") public var score: Score = .fTest
  @Parameter("bins of the histogram for mutual information", in: 2...256)
  public var bins: Int = 16

  public init() {}
  public init(_ k: FeatureCount, score: Score = .fTest, bins: Int = 16) {
    self.k = k
    self.score = score
    self.bins = bins
  }

  public func fit(_ samples: TrainingSamples) throws -> any Transform {
    let count = try k.number(of: samples.width, parameter: "k")
    let scores =
      switch score {
      case .fTest: try FTest.scores(samples)
      case .mutualInformation: try MutualInformation(bins: bins).scores(samples)
      }
    return try FeatureSelection(
      samples.width, keeping: scores.places(ofGreatest: count), scores: scores)
  }

  public func restore(
    _ state: [String: TransformState], sampleShape: Shape
  ) throws -> any Transform {
    try FeatureSelection(state, sampleShape: sampleShape, of: pluginName)
  }
}
