import EspalierProtocols

/// Keeps the features that a linear model with an L1 penalty uses.
///
/// The features are standardized, and so are values to learn. The model's weights W are found by
/// proximal gradient steps with momentum (FISTA); a feature is kept when one of its weights is not zero:
///
/// ```
/// classes   min over W, b   mean cross-entropy of softmax(x·W + b) + strength · Σ |W|
/// values    min over w      Σ (y − x·w)² / 2n + strength · Σ |w|        for each value
/// ```
/// With `k` the strength goes down from where all weights are zero until k features have some, or there
/// are no more; of these the k with the greatest weights are kept. For classes up to 2²⁵ values are
/// held in memory; of more samples a part is drawn at random, the same in every run, and the weights are
/// found on that. Samples of any shape become rows of the features that are kept.
public struct L1Selection: FeatureSelector {
  public static let manifest = Manifest(
    "l1_selection", "keeps features with a weight in a linear model with penalty strength · Σ|W|",
    paper: "Tibshirani, 1996", sample: "l1_selection: {strength: 0.01}")

  @Parameter("factor of the penalty; 0.01 unless this or `k` is given", in: Bounds.positive)
  public var strength: Double? = nil
  @Parameter("how many features are kept at most: a number, or a share of them (0…1)")
  public var k: FeatureCount? = nil

  /// Values that may be held.
  package var mostHeld = RankedValues.mostHeld

  public init() {}
  public init(strength: Double) { self.strength = strength }
  public init(k: FeatureCount) { self.k = k }

  public func validate() throws {
    guard strength == nil || k == nil else {
      throw PluginError("`k` finds a strength of its own; give one of the two", parameter: "k")
    }
  }

  public func fit(_ samples: TrainingSamples) throws -> any Transform {
    let most = try k?.number(of: samples.width, parameter: "k")
    let models: [any L1Model] =
      switch samples.description.target {
      case .classes(let names):
        [
          try SoftmaxModel(samples, classes: names.count, mostHeld: mostHeld)
        ]
      case .values(let names):
        try LeastSquaresModel.models(samples, values: names.count)
      case .none: throw PluginError("a linear model needs targets")
      }
    let scores =
      most.map { Self.path(models, most: $0) }
      ?? Self.scores(
        models, strength: strength ?? 0.01)
    let used = scores.indices.filter { scores[$0] > 0 }
    guard !used.isEmpty else {
      let least = models.map(\.leastStrength).max() ?? 0
      throw PluginError(
        "no feature has a weight; from a strength of \(ConfigValue.format(least)) on all are zero",
        parameter: "strength")
    }
    let kept = most.map { scores.places(ofGreatest: min($0, used.count)) } ?? used
    return try FeatureSelection(samples.width, keeping: kept, scores: scores)
  }

  /// The greatest weight of each feature.
  private static func scores(_ models: [any L1Model], strength: Double) -> [Double] {
    var models = models
    return greatest(models.indices.map { models[$0].fit(strength: strength, .thorough) })
  }

  private static func greatest(_ scores: [[Double]]) -> [Double] {
    scores.dropFirst().reduce(scores[0]) { zip($0, $1).map { max($0, $1) } }
  }

  /// Goes down with the strength, each model from the weights of the one before.
  private static func path(_ models: [any L1Model], most: Int) -> [Double] {
    var models = models
    let start = models.map(\.leastStrength).max() ?? 0
    var scores: [Double]
    var strength = start * 0.9
    while true {
      scores = greatest(models.indices.map { models[$0].fit(strength: strength, .quick) })
      if scores.count(where: { $0 > 0 }) >= most || strength <= start * 1e-3 { return scores }
      strength *= 0.8
    }
  }

  public func restore(
    _ state: [String: TransformState], sampleShape: Shape
  ) throws -> any Transform {
    try FeatureSelection(state, sampleShape: sampleShape, of: pluginName)
  }
}
