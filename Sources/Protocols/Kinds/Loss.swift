/// What training makes small.
public protocol Loss: Plugin {
  /// What kind of target the loss is for.
  static var task: LearningTask { get }

  /// The mean over the batch, a single number.
  ///
  /// - Parameters:
  ///   - output: the model's output, [n, …].
  ///   - target: class numbers [n], or values [n, …].
  func callAsFunction(_ output: Tensor, _ target: Tensor, _ context: LossContext) throws -> Tensor

  /// What the model's output says in the target's terms: probabilities, or the output itself.
  func prediction(from output: Tensor) -> Tensor

  /// How many outputs a sample needs for such a target, for the check before a run; `nil` when free.
  func outputs(for target: TargetDescription) -> Int?
}

extension Loss {
  public func prediction(from output: Tensor) -> Tensor { output }
  public func outputs(for target: TargetDescription) -> Int? { nil }
}

/// What a loss knows beside output and target.
public struct LossContext {
  /// False in evaluation, where the plain loss is measured: no label smoothing, no class weights.
  public var isTraining: Bool
  /// One factor a sample, [n], or `nil`.
  public var sampleWeights: Tensor?
  /// Rows of each class in the training split; empty for other targets.
  public var classCounts: [Int]

  public init(isTraining: Bool, sampleWeights: Tensor? = nil, classCounts: [Int] = []) {
    self.isTraining = isTraining
    self.sampleWeights = sampleWeights
    self.classCounts = classCounts
  }
}

/// What a model learns to tell.
public enum LearningTask: String, Sendable {
  case classification, regression
  /// Suits both.
  case any

  /// Whether something for this task can serve another.
  public func suits(_ other: LearningTask) -> Bool {
    self == .any || other == .any || self == other
  }
}
