import EspalierProtocols

/// x / max |x|: the training samples lie in −1…1, and zero stays zero.
///
/// What is zero in all training samples is divided by 1. Same as scikit-learn's `MaxAbsScaler`. Shape
/// unchanged. Can be undone.
public struct MaxAbs: Normalizer {
  public static let manifest = Manifest("max_abs", "x/max |x|, each feature or channel")

  @Parameter("what has a maximum of its own") public var per: Grouping = .channel

  public init() {}
  public init(per: Grouping) { self.per = per }

  public func fit(_ samples: TrainingSamples) throws -> any Transform {
    let (low, high) = try FeatureStatistics(samples).extremes(per)
    let most = zip(low, high).map { max($0.magnitude, $1.magnitude) }
    return transform(most.map { $0 > 0 ? $0 : 1 }, samples.description.sampleShape)
  }

  public func restore(
    _ state: [String: TransformState], sampleShape: Shape
  ) throws -> any Transform {
    transform(
      try restored("scale", from: state, count: per.count(sampleShape), of: pluginName),
      sampleShape)
  }

  private func transform(_ scale: [Float], _ shape: Shape) -> any Transform {
    let zeros = [Float](repeating: 0, count: scale.count)
    return Scaling(shape, per, shift: zeros, divisor: scale, state: ["scale": scale])
  }
}
