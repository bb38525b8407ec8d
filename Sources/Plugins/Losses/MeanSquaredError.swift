import EspalierProtocols

/// L = mean of (output − target)².
public struct MeanSquaredError: Loss {
  public static let manifest = Manifest(
    "mean_squared_error", "(output − target)², the mean", aliases: ["mse"],
    paper: "Legendre, 1805")
  public static let task = LearningTask.regression

  public init() {}

  public func callAsFunction(_ output: Tensor, _ target: Tensor, _ context: LossContext) throws
    -> Tensor
  {
    let error = output - (try target.aligned(with: output, for: "mean_squared_error"))
    return context.mean(square(error).meanOfEachSample)
  }

  public func outputs(for target: TargetDescription) -> Int? { valuesToPredict(target) }
}
