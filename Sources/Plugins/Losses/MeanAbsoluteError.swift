import EspalierProtocols

/// L = mean of |output − target|: far values pull less than with squares.
public struct MeanAbsoluteError: Loss {
  public static let manifest = Manifest(
    "mean_absolute_error", "|output − target|, the mean", aliases: ["mae", "l1"],
    paper: "Boscovich, 1757")
  public static let task = LearningTask.regression

  public init() {}

  public func callAsFunction(_ output: Tensor, _ target: Tensor, _ context: LossContext) throws
    -> Tensor
  {
    let error = output - (try target.aligned(with: output, for: "mean_absolute_error"))
    return context.mean(abs(error).meanOfEachSample)
  }

  public func outputs(for target: TargetDescription) -> Int? { valuesToPredict(target) }
}
