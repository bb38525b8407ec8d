import EspalierProtocols

/// L = Σ wₜ · −x[t] / Σ wₜ, with x the logarithms of the classes' probabilities and t the target of each sample.
///
/// For models that end with `log_softmax`: [n, classes]. Together they are `cross_entropy`, which takes the
/// numbers before any softmax. Targets are class numbers [n], or shares of classes in the shape of the output.
/// Class weights act in training only.
public struct NegativeLogLikelihood: Loss {
  public static let manifest = Manifest(
    "negative_log_likelihood", "−x[target] of logarithms of probabilities x: behind log_softmax",
    aliases: ["nll"], sample: "negative_log_likelihood")
  public static let task = LearningTask.classification

  @Parameter("none, balanced (in inverse proportion to a class's rows), or one a class", in: 0...)
  public var classWeights = ClassWeights.none

  public init() {}
  public init(classWeights: ClassWeights) { self.classWeights = classWeights }

  public func callAsFunction(_ output: Tensor, _ target: Tensor, _ context: LossContext) throws
    -> Tensor
  {
    guard output.rank == 2, output.shape[1] > 1,
      target.shape == output.shape || target.shape.count == output.shape[0]
    else {
      throw PluginError(
        "negative_log_likelihood takes logarithms [n×classes] and a class number a sample, not "
          + "\(output.shape) and \(target.shape)")
    }
    let classes = output.shape[1]
    let isShares = target.shape == output.shape
    let chosen = isShares ? target : target.reshaped(to: [output.shape[0]]).oneHot(classes)
    guard context.isTraining, let list = try classWeights.weights(for: classes, context) else {
      return context.mean(-(chosen * output).sum([-1]))
    }
    let weighted = chosen * output.recorder.constant(list, [classes])
    return context.mean(-(weighted * output).sum([-1]), weights: weighted.sum([-1]))
  }

  public func prediction(from output: Tensor) -> Tensor { exp(output) }

  public func outputs(for target: TargetDescription) -> Int? {
    if case .classes(let names) = target { names.count } else { nil }
  }

  public var takesClassShares: Bool { true }
}
