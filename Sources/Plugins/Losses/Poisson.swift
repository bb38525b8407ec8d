import EspalierProtocols

/// L = mean of λ − t·log λ, the negative log-likelihood of counts t with rate λ, but for log t!.
///
/// The output is log λ, so that every rate is positive; with `log_rate: false` it is λ itself, and must
/// be ≥ 0, as `softplus` makes it. `full` adds Stirling's t·log t − t + ½ log 2πt for log t! where
/// t > 1, a constant. The prediction is the rate.
public struct Poisson: Loss {
  public static let manifest = Manifest(
    "poisson", "λ − t·log λ, λ = exp(output), the mean: for counts t", aliases: ["poisson_nll"],
    paper: "Nelder and Wedderburn, 1972")
  public static let task = LearningTask.regression

  @Parameter("whether the output is the logarithm of the rate, else the rate itself")
  public var logRate: Bool = true
  @Parameter("add the part that depends on the targets alone") public var full: Bool = false

  public init() {}
  public init(logRate: Bool = true, full: Bool = false) {
    self.logRate = logRate
    self.full = full
  }

  public func callAsFunction(_ output: Tensor, _ target: Tensor, _ context: LossContext) throws
    -> Tensor
  {
    let target = try target.aligned(with: output, for: "poisson")
    var losses =
      logRate
      ? exp(output) - target * output
        // A rate of zero is possible, its logarithm is not.
      : output - target * log(output + 1e-8)
    if full {
      let above = maximum(target, 1)
      let stirling = above * log(above) - above + 0.5 * log(2 * Float.pi * above)
      losses += (target .> 1) * stirling
    }
    return context.mean(losses.meanOfEachSample)
  }

  public func prediction(from output: Tensor) -> Tensor { logRate ? exp(output) : output }

  public func outputs(for target: TargetDescription) -> Int? { valuesToPredict(target) }
}
