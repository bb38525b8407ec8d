import EspalierProtocols

/// (x − mean) / standard deviation: mean 0 and variance 1 on the training samples.
///
/// The standard deviation divides by n. What is constant in the training samples is divided by 1. Same
/// as scikit-learn's `StandardScaler`; images have one mean and deviation a channel unless `per` says
/// otherwise. Shape unchanged. Can be undone.
public struct Standardize: Normalizer {
  public static let manifest = Manifest(
    "standardize", "(x − mean)/standard deviation, each feature or channel",
    aliases: ["z_score", "standard"])

  @Parameter("what has a mean and deviation of its own") public var per: Grouping = .channel

  public init() {}
  public init(per: Grouping) { self.per = per }

  public func fit(_ samples: TrainingSamples) throws -> any Transform {
    let (means, variances) = try FeatureStatistics(samples).moments(per)
    return transform(
      means.map { Float($0) },
      variances.map {
        let deviation = Float($0.squareRoot())
        return deviation > 0 ? deviation : 1
      }, samples.description.sampleShape)
  }

  public func restore(
    _ state: [String: TransformState], sampleShape: Shape
  ) throws -> any Transform {
    let count = per.count(sampleShape)
    return transform(
      try restored("mean", from: state, count: count, of: pluginName),
      try restored("scale", from: state, count: count, of: pluginName), sampleShape)
  }

  private func transform(_ mean: [Float], _ scale: [Float], _ shape: Shape) -> any Transform {
    Scaling(shape, per, shift: mean, divisor: scale, state: ["mean": mean, "scale": scale])
  }
}
