/// A run as its callbacks see it: what they may read, and all that they may change.
public protocol RunState: AnyObject {
  /// The epoch that is running, from 1.
  var epoch: Int { get }
  var epochs: Int { get }
  /// Steps done since the run began: batches that were trained on.
  var step: Int { get }
  /// Updates of the parameters since the run began; fewer than steps where gradients are accumulated.
  var updates: Int { get }
  var stepsPerEpoch: Int { get }
  /// Steps done in this epoch.
  var stepInEpoch: Int { get }
  /// Samples seen since the run began, resumed parts included.
  var samples: Int { get }
  /// Seconds since this process began to train.
  var seconds: Double { get }

  /// Mean loss of the batch just trained on.
  var batchLoss: Double { get }
  /// The latest results by name: `train_loss`, `validation_accuracy`.
  var metrics: [String: Double] { get }
  /// Matrices among the results, such as confusion matrices.
  var matrices: [String: MetricResult] { get }
  /// Whether more of a result is better.
  func higherIsBetter(_ metric: String) -> Bool

  /// The rate of the coming step (at `batchLoaded`) or the last one; setting it holds for one step.
  var learningRate: Double { get set }

  /// The rate that the schedule starts from, the optimizer's own at first; setting it holds for the rest of
  /// the run, resumed parts included.
  var baseLearningRate: Double { get set }

  /// Trains some steps at given rates and puts everything back to the bit: parameters, statistics and the
  /// optimizer's state. Hooks are not called, and gradients are not accumulated. For `runStart`.
  ///
  /// - Parameter next: the rate of the next step, by the loss of the one before; `nil` ends it.
  /// - Throws: ``PluginError`` at other events, and where the optimizer has no such steps.
  func rehearse(_ next: (_ loss: Double?) throws -> Double?) throws

  /// The batch at `batchLoaded`, changeable in place; empty elsewhere.
  var batch: BatchView { get }

  /// The scale of the loss (``LossScaling``); `nil` where it is not scaled, and before `runStart`.
  var lossScale: LossScale? { get }

  /// Names of all learned variables and running statistics; none before `runStart`.
  var parameterNames: [String] { get }
  /// A copy of a parameter's elements, row-major.
  ///
  /// - Throws: ``PluginError`` for an unknown name, and before `runStart`.
  func parameter(_ name: String) throws -> [Float]
  /// Changes a parameter.
  ///
  /// - Throws: ``PluginError`` as above, and for another number of values.
  func setParameter(_ name: String, _ values: [Float]) throws
  /// A copy of a parameter's gradient at `afterBackward`; `nil` for what has none, as running statistics.
  ///
  /// - Throws: ``PluginError`` for an unknown name, and at other events.
  func gradient(_ name: String) throws -> [Float]?
  /// Changes what the optimizer gets, at `afterBackward`.
  ///
  /// - Throws: ``PluginError`` as above, for what has no gradient, and for another number of values.
  func setGradient(_ name: String, _ values: [Float]) throws

  /// Has parameters and the averages that this callback keeps of them (``ParameterUpdate``) change places.
  ///
  /// - Throws: ``PluginError`` where the callback keeps none.
  func exchangeAverages() throws

  /// Moves the averages that this callback keeps (``ParameterUpdate/keepAverage()``) towards the parameters.
  ///
  /// - Parameter share: of the way; 1 makes them the parameters.
  /// - Throws: ``PluginError`` where the callback keeps none.
  func moveAverages(share: Double) throws
  /// Makes the averages that this callback keeps the run's result at its end, whatever was best, with
  /// statistics of layers measured over the training samples; for the event `runEnd`.
  func takeAveragesAsResult()

  /// Keeps all learned values as the best so far; they are what the run saves and tests.
  func keepAsBest()
  /// Whether ``keepAsBest()`` was called.
  var hasBest: Bool { get }

  /// Adds a number to the logs: under the step where it comes during one, else under the epoch.
  func log(_ name: String, _ value: Double)
  /// What was logged in the step that has just ended, in order; at `logged`.
  var logged: [(name: String, value: Double)] { get }
  /// Writes all state under a name, from which the run can be resumed; a callback's request is carried
  /// out as soon as it returns, with what it remembers then.
  func saveCheckpoint(_ name: String) throws
  /// Deletes what was saved under a name; nothing happens when there is none.
  func removeCheckpoint(_ name: String) throws

  /// The run's folder; `nil` when it writes none.
  var folder: String? { get }
  /// What the run is: name, model, data.
  var facts: RunFacts { get }
}

extension RunState {
  public var updates: Int { step }
  public var lossScale: LossScale? { nil }
}

/// The batch that is about to be trained on.
public struct BatchView {
  /// Samples in the batch.
  public let count: Int
  /// count × the sample shape's count.
  public let features: UnsafeMutableBufferPointer<Float>
  /// count × the target's width: class numbers, values, or shares of the classes where samples are
  /// mixed.
  public let targets: UnsafeMutableBufferPointer<Float>

  public init(
    count: Int, features: UnsafeMutableBufferPointer<Float>,
    targets: UnsafeMutableBufferPointer<Float>
  ) {
    self.count = count
    self.features = features
    self.targets = targets
  }
}

/// What does not change during a run.
public struct RunFacts: Sendable {
  /// What the run is called.
  public var name: String
  /// The seed of all its random numbers.
  public var seed: UInt64
  /// Samples a step.
  public var batchSize: Int
  /// Samples that are trained on.
  public var trainingSamples: Int
  /// Samples that each validation measures; 0 for none.
  public var validationSamples: Int
  /// Samples of the final test; 0 for none.
  public var testSamples: Int
  /// What each cleaner left out, in their order: before the split from `dataSplit` on, after it from
  /// `transformsFitted` on.
  public var cleaning: [CleaningReport]
  /// Numbers that are learned.
  public var parameterCount: Int
  /// The layers in order, with the shapes of their results.
  public var layers: [LayerStep]
  /// Shape of one sample: as the source gives it until the transforms are fitted, then as the model
  /// sees it.
  public var sampleShape: Shape
  /// What there is to learn.
  public var target: TargetDescription
  /// Names of the results of an epoch, in the order of the history's columns.
  public var columns: [String]
  /// The epoch in which this process began: 1, or where it resumed.
  public var firstEpoch: Int
  /// What there is to tell before the first step, a line each.
  public var notes: [String]
  /// The whole config, every default filled.
  public var configuration: ConfigValue

  public init(
    name: String, seed: UInt64, batchSize: Int, trainingSamples: Int = 0,
    validationSamples: Int = 0, testSamples: Int = 0, cleaning: [CleaningReport] = [],
    parameterCount: Int = 0, layers: [LayerStep] = [], sampleShape: Shape = [],
    target: TargetDescription = .none, columns: [String] = [], firstEpoch: Int = 1,
    notes: [String] = [], configuration: ConfigValue = .table([])
  ) {
    self.name = name
    self.seed = seed
    self.batchSize = batchSize
    self.trainingSamples = trainingSamples
    self.validationSamples = validationSamples
    self.testSamples = testSamples
    self.cleaning = cleaning
    self.parameterCount = parameterCount
    self.layers = layers
    self.sampleShape = sampleShape
    self.target = target
    self.columns = columns
    self.firstEpoch = firstEpoch
    self.notes = notes
    self.configuration = configuration
  }
}
