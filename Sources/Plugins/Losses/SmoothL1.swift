import EspalierProtocols

/// L = mean of ½ e² / β where |e| < β, else |e| − ½ β, for errors e: Huber's loss divided by β.
public struct SmoothL1: Loss {
  public static let manifest = Manifest(
    "smooth_l1", "½e²/beta for |e| < beta, else |e| − ½beta, the mean",
    paper: "Girshick, 2015, Fast R-CNN")
  public static let task = LearningTask.regression

  @Parameter("the error at which the parabola ends", in: Bounds.positive) public var beta: Float = 1

  public init() {}
  public init(beta: Float) { self.beta = beta }

  public func callAsFunction(_ output: Tensor, _ target: Tensor, _ context: LossContext) throws
    -> Tensor
  {
    let distance = abs(output - (try target.aligned(with: output, for: "smooth_l1")))
    // With m = min(d, limit), m (d − m/2) is the parabola below the limit and the line above it.
    let near = minimum(distance, beta)
    return context.mean((near * (distance - 0.5 * near) / beta).meanOfEachSample)
  }

  public func outputs(for target: TargetDescription) -> Int? { valuesToPredict(target) }
}
