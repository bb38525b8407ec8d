/// Says how much each training sample counts: how often an epoch draws it, or by which factor its loss
/// counts.
///
/// It sees the samples as the model does, after all transforms; those of a list work one after the other.
/// Validation and test are never balanced.
public protocol Balancer: Plugin {
  /// - Throws: ``PluginError`` when the samples cannot be balanced so.
  func balance(_ samples: BalancingSamples) throws -> Balance

  /// Whether it looks at the inputs of the test split, never at its targets. The run's summary says so.
  var usesTestInputs: Bool { get }
}

extension Balancer {
  public var usesTestInputs: Bool { false }
}

/// What a balancer sees.
public struct BalancingSamples: Sendable {
  /// The training samples.
  public let training: TrainingSamples
  /// The validation samples.
  public let validation: TrainingSamples?
  /// Samples to predict for, without targets; for balancers that use them.
  public let testInputs: TrainingSamples?
  /// Random numbers of its own.
  public var random: CounterRandom
  /// The folder against which paths of its parameters are resolved.
  public let folder: String

  package init(
    training: TrainingSamples, validation: TrainingSamples?, testInputs: TrainingSamples?,
    random: CounterRandom, folder: String = "."
  ) {
    self.training = training
    self.validation = validation
    self.testInputs = testInputs
    self.random = random
    self.folder = folder
  }

  /// The class of each training sample.
  ///
  /// - Throws: ``PluginError`` where targets are no classes, or one is none of them.
  public func classes() throws -> [Int] { try Self.classes(of: training) }

  /// The class of each sample.
  public static func classes(of samples: TrainingSamples) throws -> [Int] {
    guard case .classes(let names) = samples.description.target else {
      throw PluginError("it balances classes, and the targets are values")
    }
    var result: [Int] = []
    result.reserveCapacity(samples.count)
    for target in try samples.targets() {
      guard target >= 0, target < Float(names.count) else {
        throw PluginError("a target is \(target), which is none of the \(names.count) classes")
      }
      result.append(Int(target))
    }
    return result
  }
}

/// How much each training sample counts.
public struct Balance: Sendable {
  /// The samples that an epoch draws, by number, each as often as it stands here; `nil` for all once.
  public var draws: [Int]?
  /// How much each of them counts, 0 or more; `nil` when all count alike.
  public var weights: [Float]?

  public init(draws: [Int]? = nil, weights: [Float]? = nil) {
    self.draws = draws
    self.weights = weights
  }
}
