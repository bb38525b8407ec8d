import EspalierProtocols

/// L = mean of −w · t log p − (1 − t) log(1 − p), with p = σ(output): yes or no, for each output by
/// itself.
///
/// The output comes before any sigmoid. Targets are values between 0 and 1 in its shape; or class
/// numbers [n], which with one output mean no (0) and yes (1), and with more outputs which one is
/// yes; shares of two classes [n, 2] beside one output are those of no and yes. The weight w of yes acts in training only.
public struct BinaryCrossEntropy: Loss {
  public static let manifest = Manifest(
    "binary_cross_entropy",
    "−t·log p − (1 − t)·log(1 − p) with p = sigmoid(output), the mean: for yes or no",
    aliases: ["bce"], paper: "Cox, 1958")
  public static let task = LearningTask.any

  @Parameter(
    "how much a yes counts against a no; one number, or one an output", in: Bounds.positive)
  public var positiveWeight: [Float] = [1]

  public init() {}
  public init(positiveWeight: [Float]) { self.positiveWeight = positiveWeight }

  public func callAsFunction(_ output: Tensor, _ target: Tensor, _ context: LossContext) throws
    -> Tensor
  {
    var target = target
    if output.rank == 2, output.shape[1] == 1, target.shape == [output.shape[0], 2] {
      // Shares of no and yes.
      target = target.slice(axis: 1, 1..<2)
    }
    if output.rank == 2, output.shape[1] > 1, target.shape.count == output.shape[0] {
      target = target.reshaped(to: [output.shape[0]]).oneHot(output.shape[1])
    }
    target = try target.aligned(with: output, for: "binary_cross_entropy")
    // Both terms are exact far from zero, where a difference of large numbers would not be.
    var yes = target * softplus(-output)
    let no = (1 - target) * softplus(output)
    if context.isTraining, positiveWeight != [1] {
      guard positiveWeight.count == 1 || positiveWeight.count == output.shape.last else {
        throw PluginError(
          "\(positiveWeight.count) weights for \(output.shape.last) outputs",
          parameter: "positive_weight")
      }
      yes *= output.recorder.constant(positiveWeight, [positiveWeight.count])
    }
    return context.mean((yes + no).meanOfEachSample)
  }

  public func prediction(from output: Tensor) -> Tensor { sigmoid(output) }

  public var takesClassShares: Bool { true }

  public func outputs(for target: TargetDescription) -> Int? {
    switch target {
    case .classes(let names): names.count == 2 ? 1 : names.count
    case .values(let names): names.count
    case .none: nil
    }
  }
}
