import EspalierProtocols

/// L = mean of ½ e² where |e| ≤ δ, else δ (|e| − ½ δ), for errors e: squares near zero, straight
/// lines far away.
public struct Huber: Loss {
  public static let manifest = Manifest(
    "huber", "½e² for |e| ≤ delta, else delta·(|e| − ½delta), the mean", paper: "Huber, 1964")
  public static let task = LearningTask.regression

  @Parameter("the error at which the parabola ends", in: Bounds.positive) public var delta: Float =
    1

  public init() {}
  public init(delta: Float) { self.delta = delta }

  public func callAsFunction(_ output: Tensor, _ target: Tensor, _ context: LossContext) throws
    -> Tensor
  {
    let distance = abs(output - (try target.aligned(with: output, for: "huber")))
    // With m = min(d, limit), m (d − m/2) is the parabola below the limit and the line above it.
    let near = minimum(distance, delta)
    return context.mean((near * (distance - 0.5 * near)).meanOfEachSample)
  }

  public func outputs(for target: TargetDescription) -> Int? { valuesToPredict(target) }
}
