import EspalierProtocols

/// Keeps the features whose variance in the training split is above a threshold.
///
/// ```
/// keep i  where  Σ (xᵢ − μᵢ)² / n > threshold
/// ```
/// With a threshold of 0 only features that never change are left out. Variances depend on the scale of
/// a feature, and normalizers come later. Same as scikit-learn's `VarianceThreshold`. Samples of any
/// shape become rows of the features that are kept.
public struct VarianceThreshold: FeatureSelector {
  public static let manifest = Manifest(
    "variance_threshold", "keeps features whose variance, divided by n, is above a threshold",
    sample: "variance_threshold: {threshold: 0.01}")

  @Parameter("the variance that a feature must exceed", in: 0...) public var threshold: Double = 0

  public init() {}
  public init(threshold: Double) { self.threshold = threshold }

  public func fit(_ samples: TrainingSamples) throws -> any Transform {
    let variances = try FeatureMoments.variances(samples)
    let kept = variances.indices.filter { variances[$0] > threshold }
    guard !kept.isEmpty else {
      let most = variances.max() ?? 0
      throw PluginError(
        "no feature has a variance above \(ConfigValue.format(threshold)); the greatest is "
          + "\(ConfigValue.format(most))", parameter: "threshold")
    }
    return try FeatureSelection(samples.width, keeping: kept, scores: variances)
  }

  public func restore(
    _ state: [String: TransformState], sampleShape: Shape
  ) throws -> any Transform {
    try FeatureSelection(state, sampleShape: sampleShape, of: pluginName)
  }
}
