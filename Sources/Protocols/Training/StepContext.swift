/// The batch of a training step while it is recorded: what a callback may change of it.
public struct RecordedBatch {
  /// Samples, [n, …].
  public var features: Tensor
  /// Class numbers [n], shares of classes [n, classes] where samples are mixed, or values [n, …]; what
  /// takes their place must suit the loss.
  public var target: Tensor
  /// How much each sample counts, [n]; `nil` when all count alike.
  public var sampleWeights: Tensor?
  /// The number of the step's update from 1.
  public let step: Tensor

  package init(features: Tensor, target: Tensor, sampleWeights: Tensor? = nil, step: Tensor) {
    self.features = features
    self.target = target
    self.sampleWeights = sampleWeights
    self.step = step
  }
}

/// What a callback knows while the step is recorded.
public struct StepContext {
  /// The model's output for the batch.
  public let output: Tensor
  /// The batch.
  public let features: Tensor
  /// The batch's targets: class numbers [n], shares of classes [n, classes], or values [n, …].
  public let target: Tensor
  /// The number of this step's update from 1.
  public let step: Tensor
  /// The rate of this step, a number.
  public let rate: Tensor
  /// The loss for other inputs, recorded once more with the same parameters.
  public let lossForInputs: (Tensor) throws -> Tensor
  /// The gradients at other parameters, recorded once more with the same batch: those of the step plus
  /// what is given, laid out like gradients.
  package var gradientsAtOffset: ((Gradients) throws -> Gradients)?

  /// The gradients at other parameters, recorded once more with the same batch.
  ///
  /// - Parameter offset: what is added to each parameter, laid out like its gradient. Nothing is
  ///   differentiated through it.
  public func gradients(atOffset offset: Gradients) throws -> Gradients {
    guard let gradientsAtOffset else {
      throw PluginError("gradients elsewhere are there for optimizers alone")
    }
    return try gradientsAtOffset(offset)
  }

  public init(
    output: Tensor, features: Tensor, target: Tensor, step: Tensor, rate: Tensor,
    lossForInputs: @escaping (Tensor) throws -> Tensor
  ) {
    self.output = output
    self.features = features
    self.target = target
    self.step = step
    self.rate = rate
    self.lossForInputs = lossForInputs
  }
}
