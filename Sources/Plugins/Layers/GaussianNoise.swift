import EspalierProtocols

/// y = x + deviation · z in training, with z drawn from the standard normal distribution; y = x
/// otherwise.
public struct GaussianNoise: Layer {
  public static let manifest = Manifest(
    "gaussian_noise", "x + deviation·z in training, z standard normal",
    paper: "Bishop, 1995", sample: "{gaussian_noise: {deviation: 0.1}}")

  @Parameter("standard deviation of the noise", in: 0...) public var deviation: Float = 0.1

  public init() {}
  public init(_ deviation: Float) { self.deviation = deviation }

  public func callAsFunction(_ x: Tensor, in scope: Scope) throws -> Tensor {
    guard scope.isTraining, deviation > 0 else { return x }
    return x + deviation * scope.random(.normal, x.shape)
  }
}
