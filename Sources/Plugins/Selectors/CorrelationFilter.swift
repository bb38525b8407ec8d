import EspalierProtocols

/// Leaves out features that say almost the same as an earlier one.
///
/// ```
/// rᵢⱼ = Σ (xᵢ − μᵢ)(xⱼ − μⱼ) / (n·σᵢ·σⱼ)      leave out j  where  |rᵢⱼ| > threshold for a kept i < j
/// ```
/// A feature that never changes has no correlation and is kept. Takes time and memory in proportion to
/// the square of the number of features. Samples of any shape become rows of the features that are kept.
public struct CorrelationFilter: FeatureSelector {
  public static let manifest = Manifest(
    "correlation_filter", "leaves out features whose correlation with a kept one is too high",
    sample: "correlation_filter: {threshold: 0.95}")

  @Parameter("the correlation, of either sign, that is still allowed", in: 0...1)
  public var threshold: Double = 0.95

  public init() {}
  public init(threshold: Double) { self.threshold = threshold }

  public func fit(_ samples: TrainingSamples) throws -> any Transform {
    let width = samples.width
    let (_, covariance) = try FeatureMoments.covariance(samples)
    let deviations = (0..<width).map { max(0, covariance[$0 * width + $0]).squareRoot() }
    var kept: [Int] = []
    // The greatest correlation with an earlier feature that is kept.
    var scores = [Double](repeating: 0, count: width)
    for feature in 0..<width {
      for other in kept {
        let product = deviations[feature] * deviations[other]
        guard product > 0 else { continue }
        let correlation = covariance[feature * width + other] / product
        scores[feature] = max(scores[feature], correlation.magnitude)
      }
      if scores[feature] <= threshold { kept.append(feature) }
    }
    return try FeatureSelection(width, keeping: kept, scores: scores)
  }

  public func restore(
    _ state: [String: TransformState], sampleShape: Shape
  ) throws -> any Transform {
    try FeatureSelection(state, sampleShape: sampleShape, of: pluginName)
  }
}
