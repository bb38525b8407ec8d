import EspalierProtocols

/// L = Σ wₜ · −log p(t) / Σ wₜ, with p = softmax(output) and the target t of each sample.
///
/// The output holds a number a class, before any softmax: [n, classes]; for many targets a sample
/// [n, classes, row, column] or [n, …, classes]. Targets are class numbers [n], or probabilities in
/// the shape of the output. With smoothing s the target counts 1 − s and every class s / classes.
/// Smoothing and class weights act in training only.
public struct CrossEntropy: Loss {
  public static let manifest = Manifest(
    "cross_entropy", "−log softmax(output)[target], the mean over samples: for classes",
    aliases: ["categorical_cross_entropy", "sparse_categorical_cross_entropy"],
    paper: "Bridle, 1990; label smoothing: Szegedy and others, 2016")
  public static let task = LearningTask.classification

  @Parameter("share of the target that is spread evenly over all classes", in: 0..<1)
  public var labelSmoothing: Float = 0
  @Parameter("none, balanced (in inverse proportion to a class's rows), or one a class", in: 0...)
  public var classWeights = ClassWeights.none
  @Parameter("a class number that is no class: such targets do not count")
  public var ignoreIndex: Int? = nil

  public init() {}
  public init(
    labelSmoothing: Float = 0, classWeights: ClassWeights = .none, ignoreIndex: Int? = nil
  ) {
    self.labelSmoothing = labelSmoothing
    self.classWeights = classWeights
    self.ignoreIndex = ignoreIndex
  }

  public func callAsFunction(_ output: Tensor, _ target: Tensor, _ context: LossContext) throws
    -> Tensor
  {
    guard output.rank >= 2 else {
      throw PluginError("cross_entropy takes outputs [n×classes], not \(output.shape)")
    }
    var (output, target) = try Self.classesLast(output, target)
    let classes = output.shape.last
    let smoothing = context.isTraining ? labelSmoothing : 0
    let list = context.isTraining ? try classWeights.weights(for: classes, context) : nil
    let weights = list.map { output.recorder.constant($0, [classes]) }
    let logarithms = output.logSoftmax()

    if target.shape == output.shape {
      if smoothing > 0 { target = target * (1 - smoothing) + smoothing / Float(classes) }
      let losses = -(weights.map { target * $0 } ?? target) * logarithms
      return context.mean(losses.sum([-1]).meanOfEachSample)
    }
    let chosen = target.oneHot(classes)
    let weighted = weights.map { chosen * $0 } ?? chosen
    var losses = -(weighted * logarithms).sum([-1])
    // What each target counts in the mean.
    var counts = weights.map { _ in weighted.sum([-1]) }
    if let ignoreIndex {
      let valid = target .!= target.filled(with: Float(ignoreIndex))
      counts = counts ?? valid
      if smoothing > 0 { losses = (1 - smoothing) * losses + valid * spread(logarithms, weights) }
    } else if smoothing > 0 {
      losses = (1 - smoothing) * losses + spread(logarithms, weights)
    }
    let all = Shape([output.shape[0], losses.shape.count / max(output.shape[0], 1)])
    return context.mean(
      losses.reshaped(to: all).meanOfEachSample,
      weights: counts?.reshaped(to: all).meanOfEachSample)
  }

  /// The smoothed part of each loss: s / classes · Σ −w log p.
  private func spread(_ logarithms: Tensor, _ weights: Tensor?) -> Tensor {
    (weights.map { logarithms * $0 } ?? logarithms).sum([-1])
      * (-labelSmoothing / Float(logarithms.shape.last))
  }

  /// Output and target with the classes on the output's last axis.
  private static func classesLast(_ output: Tensor, _ target: Tensor) throws -> (Tensor, Tensor) {
    let n = output.shape[0]
    let places = Shape(output.shape.dimensions.dropLast())
    let behind = [0] + Array(2..<output.rank) + [1]
    let imagePlaces = Shape(behind.dropLast().map { output.shape[$0] })
    switch target.shape {
    case output.shape where output.rank == 4:
      return (output.permuted(behind), target.permuted(behind))
    case imagePlaces where output.rank == 4: return (output.permuted(behind), target)
    case output.shape, places: return (output, target)
    case imagePlaces: return (output.permuted(behind), target)
    case [n, 1] where output.rank == 2: return (output, target.reshaped(to: [n]))
    default:
      throw PluginError(
        "cross_entropy takes a class number a sample, [\(n)], or probabilities \(output.shape) "
          + "beside an output \(output.shape), not targets \(target.shape)")
    }
  }

  /// Probabilities with the classes on the last axis; images have them on axis 1 before.
  public func prediction(from output: Tensor) -> Tensor {
    (output.rank == 4 ? output.permuted([0, 2, 3, 1]) : output).softmax()
  }

  public var takesClassShares: Bool { true }

  public func outputs(for target: TargetDescription) -> Int? {
    if case .classes(let names) = target { names.count } else { nil }
  }
}
