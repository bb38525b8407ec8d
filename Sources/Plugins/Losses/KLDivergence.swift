import EspalierProtocols

/// L = mean over samples of Σ t·(log t − log p), p = softmax(output): how far the predicted
/// distribution is from the target's.
///
/// The output holds a number a class, before any softmax: [n, classes]. Targets are probabilities in its
/// shape, of which 0·log 0 counts as 0, or their logarithms (`log_target`); or class numbers [n], for
/// which it is cross-entropy. It is cross-entropy less the entropy of the targets: same gradient, and
/// zero when they are met.
public struct KLDivergence: Loss {
  public static let manifest = Manifest(
    "kl_divergence", "Σ t·(log t − log softmax(output)), the mean over samples: for distributions",
    aliases: ["kl_div"], paper: "Kullback and Leibler, 1951")
  public static let task = LearningTask.any

  @Parameter("whether targets are logarithms of probabilities")
  public var logTarget: Bool = false

  public init() {}
  public init(logTarget: Bool) { self.logTarget = logTarget }

  public func callAsFunction(_ output: Tensor, _ target: Tensor, _ context: LossContext) throws
    -> Tensor
  {
    guard output.rank == 2, output.shape[1] > 1 else {
      throw PluginError(
        "kl_divergence takes outputs [n×classes] with two classes at least, not \(output.shape)")
    }
    let logarithms = output.logSoftmax()
    if target.shape.count == output.shape[0] {
      let chosen = target.reshaped(to: [output.shape[0]]).oneHot(output.shape[1])
      return context.mean(-(chosen * logarithms).sum([-1]))
    }
    let target = try target.aligned(with: output, for: "kl_divergence")
    if logTarget {
      return context.mean((exp(target) * (target - logarithms)).sum([-1]))
    }
    let entropy = target * log(maximum(target, Float.leastNormalMagnitude))
    let known = select(target .> 0, entropy, entropy.filled(with: 0))
    return context.mean((known - target * logarithms).sum([-1]))
  }

  public func prediction(from output: Tensor) -> Tensor { output.softmax() }

  public var takesClassShares: Bool { !logTarget }

  public func outputs(for target: TargetDescription) -> Int? {
    switch target {
    case .classes(let names), .values(let names): names.count
    case .none: nil
    }
  }
}
