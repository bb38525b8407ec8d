import EspalierProtocols

/// L = mean of max(τ·e, (τ − 1)·e), e = target − output: the output becomes the value below which a
/// share τ of targets lie (pinball loss).
///
/// Too low an output costs τ, too high a one 1 − τ for each unit. τ = ½ is half the absolute error, and
/// gives the median.
public struct Quantile: Loss {
  public static let manifest = Manifest(
    "quantile", "max(τe, (τ − 1)e), e = target − output, the mean: predicts the τ-quantile",
    aliases: ["pinball"], paper: "Koenker and Bassett, 1978",
    sample: "{quantile: {quantile: 0.9}}")
  public static let task = LearningTask.regression

  @Parameter("τ, the share of targets that are to lie below the output", in: Bounds.openUnit)
  public var quantile: Float = 0.5

  public init() {}
  public init(_ quantile: Float) { self.quantile = quantile }

  public func callAsFunction(_ output: Tensor, _ target: Tensor, _ context: LossContext) throws
    -> Tensor
  {
    let error = (try target.aligned(with: output, for: "quantile")) - output
    return context.mean(maximum(quantile * error, (quantile - 1) * error).meanOfEachSample)
  }

  public func outputs(for target: TargetDescription) -> Int? { valuesToPredict(target) }
}
