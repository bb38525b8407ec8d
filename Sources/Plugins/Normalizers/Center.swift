import EspalierProtocols

/// x − mean: mean 0 on the training samples.
///
/// Images have one mean a channel; `per: pixel` subtracts the mean image. Shape unchanged. Can be
/// undone.
public struct Center: Normalizer {
  public static let manifest = Manifest("center", "x − mean, each feature or channel")

  @Parameter("what has a mean of its own") public var per: Grouping = .channel

  public init() {}
  public init(per: Grouping) { self.per = per }

  public func fit(_ samples: TrainingSamples) throws -> any Transform {
    let (means, _) = try FeatureStatistics(samples).moments(per)
    return transform(means.map { Float($0) }, samples.description.sampleShape)
  }

  public func restore(
    _ state: [String: TransformState], sampleShape: Shape
  ) throws -> any Transform {
    transform(
      try restored("mean", from: state, count: per.count(sampleShape), of: pluginName),
      sampleShape)
  }

  private func transform(_ mean: [Float], _ shape: Shape) -> any Transform {
    let ones = [Float](repeating: 1, count: mean.count)
    return Scaling(shape, per, shift: mean, divisor: ones, state: ["mean": mean])
  }
}
