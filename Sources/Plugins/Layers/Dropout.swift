import EspalierProtocols

/// y = x · m / (1 − rate) in training, where each m is 0 with probability rate, else 1; y = x
/// otherwise.
///
/// Dividing in training keeps the expectation, so that nothing needs to change at inference.
public struct Dropout: Layer {
  public static let manifest = Manifest(
    "dropout", "x·m/(1 − rate) in training, each m 0 with probability `rate`, else 1",
    paper: "Srivastava and others, 2014", sample: "{dropout: {rate: 0.5}}")

  @Parameter("probability that a value is zeroed", in: 0..<1) public var rate: Float = 0.5

  public init() {}
  public init(_ rate: Float) { self.rate = rate }

  public func callAsFunction(_ x: Tensor, in scope: Scope) throws -> Tensor {
    guard scope.isTraining, rate > 0 else { return x }
    let kept = scope.random(.uniform, x.shape) .>= rate
    return x * (kept * (1 / (1 - rate)))
  }
}
