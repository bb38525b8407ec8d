import EspalierProtocols

/// x + deviation · n, n standard normal, a fresh number for each feature.
///
/// Meant for features of equal scale, after a normalizer. Any shape; shape unchanged.
public struct FeatureNoise: Augmentation {
  public static let manifest = Manifest(
    "feature_noise", "x + deviation·n, n standard normal: for features of equal scale",
    paper: "Bishop, 1995")

  @Parameter("standard deviation of the noise", in: 0...) public var deviation: Float = 0.1

  public init() {}
  public init(deviation: Float) { self.deviation = deviation }

  public func augment(
    _ sample: UnsafeMutableBufferPointer<Float>, shape: Shape,
    scratch: UnsafeMutableBufferPointer<Float>, random: inout CounterRandom
  ) {
    guard deviation > 0 else { return }
    for place in sample.indices { sample[place] += deviation * random.normal() }
  }
}
