/// What training makes small.
public protocol Loss: Plugin {
  /// What kind of target the loss is for.
  static var task: LearningTask { get }

  /// The mean over the batch, a single number.
  ///
  /// - Parameters:
  ///   - output: the model's output, [n, …].
  ///   - target: class numbers [n]; shares of classes [n, classes] where ``takesClassShares``; or values
  ///     [n, …].
  func callAsFunction(_ output: Tensor, _ target: Tensor, _ context: LossContext) throws -> Tensor

  /// What the model's output says in the target's terms: probabilities, or the output itself.
  func prediction(from output: Tensor) -> Tensor

  /// How many outputs a sample needs for such a target, for the check before a run; `nil` when free.
  func outputs(for target: TargetDescription) -> Int?

  /// Whether targets may be shares of classes, [n, classes], in place of class numbers: what mixed
  /// samples have.
  var takesClassShares: Bool { get }
}

extension Loss {
  public func prediction(from output: Tensor) -> Tensor { output }
  public func outputs(for target: TargetDescription) -> Int? { nil }
  public var takesClassShares: Bool { false }
}

/// What a loss knows beside output and target.
public struct LossContext {
  /// False in evaluation, where the plain loss is measured: no label smoothing, no class weights.
  public var isTraining: Bool
  /// How much each sample counts, [n], in training; `nil` when all count alike.
  public var sampleWeights: Tensor?
  /// Rows of each class in the training split; empty for other targets.
  public var classCounts: [Int]
  /// Where a loss asks for learned numbers of its own; `nil` outside of a run.
  public var scope: Scope?
  /// The model's parameters as its layers get them, by name.
  package var modelParameters: [(name: String, value: Tensor)] = []

  public init(
    isTraining: Bool, sampleWeights: Tensor? = nil, classCounts: [Int] = [], scope: Scope? = nil
  ) {
    self.isTraining = isTraining
    self.sampleWeights = sampleWeights
    self.classCounts = classCounts
    self.scope = scope
  }

  /// The model's parameters as its layers get them, for gradients within a loss.
  ///
  /// - Parameter layers: patterns with `*`; all parameters when empty.
  /// - Throws: ``PluginError`` for patterns that fit none, and outside of a run.
  public func parameters(of layers: [String]) throws -> [Tensor] {
    guard !modelParameters.isEmpty else {
      throw PluginError("there are no parameters outside of a run")
    }
    for pattern in layers
    where !modelParameters.contains(where: { NamePattern.any(of: [pattern], fits: $0.name) }) {
      throw PluginError("`\(pattern)` fits no parameter of the model")
    }
    let chosen = modelParameters.filter {
      layers.isEmpty || NamePattern.any(of: layers, fits: $0.name)
    }
    return chosen.map(\.value)
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
