import EspalierProtocols

/// L = mean of −w · (1 − p)^γ · log p, p the probability of the right answer: what is right already
/// counts little.
///
/// With a score a class, [n, classes], p = softmax(output) at the target and w the target's class
/// weight; the mean is over samples, not over weights. With one output, or `multi_label`, each output
/// answers yes or no by itself, p = σ(output) for yes and 1 − σ(output) for no, and w is `alpha` for yes
/// and 1 − alpha for no. Targets are class numbers [n]; or 0 and 1 in the output's shape. γ = 0 is
/// cross-entropy. Weights act in training only.
public struct Focal: Loss {
  public static let manifest = Manifest(
    "focal", "−(1 − p)^gamma·log p, p the probability of the right answer: hard samples count most",
    aliases: ["focal_loss"], paper: "Lin and others, 2017",
    sample: "{focal: {gamma: 2}}")
  public static let task = LearningTask.any

  @Parameter("γ, how much less counts what is right already", in: 0...) public var gamma: Float = 2
  @Parameter("weight of yes, and 1 − alpha of no, for one output or `multi_label`", in: 0...1)
  public var alpha: Float? = nil
  @Parameter("none, balanced (in inverse proportion to a class's rows), or one a class", in: 0...)
  public var classWeights = ClassWeights.none
  @Parameter("whether each output answers yes or no by itself, in place of one class out of all")
  public var multiLabel: Bool = false

  public init() {}
  public init(
    gamma: Float = 2, alpha: Float? = nil, classWeights: ClassWeights = .none,
    multiLabel: Bool = false
  ) {
    self.gamma = gamma
    self.alpha = alpha
    self.classWeights = classWeights
    self.multiLabel = multiLabel
  }

  public func validate() throws {
    if multiLabel, classWeights != .none {
      throw PluginError(
        "class weights are for one class out of all", parameter: "class_weights",
        remedy: "with `multi_label` set `alpha`")
    }
  }

  private func answersYesOrNo(_ output: Tensor) -> Bool {
    multiLabel || output.rank == 1 || output.shape.last == 1
  }

  public func callAsFunction(_ output: Tensor, _ target: Tensor, _ context: LossContext) throws
    -> Tensor
  {
    guard output.rank >= 1 else { throw PluginError("focal takes outputs [n×classes]") }
    if answersYesOrNo(output) { return try binary(output, target, context) }
    let n = output.shape[0]
    guard output.rank == 2, target.shape.count == n else {
      throw PluginError(
        "focal takes scores [n×classes] and a class number a sample, not \(output.shape) and "
          + "\(target.shape)", remedy: "for several answers a sample set `multi_label: true`")
    }
    guard alpha == nil else {
      throw PluginError(
        "alpha weighs yes against no, and there are \(output.shape.last) classes",
        parameter: "alpha", remedy: "use `class_weights`")
    }
    let classes = output.shape.last
    let chosen = target.reshaped(to: [n]).oneHot(classes)
    let logarithm = (chosen * output.logSoftmax()).sum([-1])
    var losses = -logarithm
    if gamma > 0 { losses *= pow(atLeastTiny(-expm1(logarithm)), gamma) }
    if context.isTraining, let list = try classWeights.weights(for: classes, context) {
      losses *= (chosen * output.recorder.constant(list, [classes])).sum([-1])
    }
    return context.mean(losses)
  }

  private func binary(_ output: Tensor, _ target: Tensor, _ context: LossContext) throws -> Tensor {
    var target = target
    if output.rank == 2, output.shape[1] > 1, target.shape.count == output.shape[0] {
      target = target.reshaped(to: [output.shape[0]]).oneHot(output.shape[1])
    }
    target = try target.aligned(with: output, for: "focal")
    // −log p and −log(1 − p); their exponentials give the other's probability without loss of digits.
    let ifYes = softplus(-output)
    let ifNo = softplus(output)
    var yes = target * ifYes
    var no = (1 - target) * ifNo
    if gamma > 0 {
      yes *= exp(-gamma * ifNo)
      no *= exp(-gamma * ifYes)
    }
    if context.isTraining, let alpha {
      yes *= alpha
      no *= 1 - alpha
    }
    return context.mean((yes + no).meanOfEachSample)
  }

  /// Away from zero, where a power below one has no slope.
  private func atLeastTiny(_ x: Tensor) -> Tensor { maximum(x, 1e-12) }

  /// Probabilities by class, or of each yes.
  public func prediction(from output: Tensor) -> Tensor {
    answersYesOrNo(output) ? sigmoid(output) : output.softmax()
  }

  public func outputs(for target: TargetDescription) -> Int? {
    switch target {
    case .classes(let names):
      names.count != 2 ? names.count : multiLabel ? 1 : nil
    case .values(let names): names.count
    case .none: nil
    }
  }
}
