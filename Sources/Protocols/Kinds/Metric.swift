/// Measures predictions against targets over a whole split.
public protocol Metric: Plugin {
  /// What kind of target the metric is for.
  static var task: LearningTask { get }
  /// Whether more is better, for callbacks that keep the best.
  static var higherIsBetter: Bool { get }

  /// A fresh count over no samples.
  func makeAccumulator(_ target: TargetDescription) -> any MetricAccumulator

  /// Checks, before a run, that predictions and targets are such as it can compare.
  ///
  /// - Parameters:
  ///   - predictions: numbers of a prediction.
  ///   - targets: numbers of a target.
  /// - Throws: ``PluginError``, for example for a part of them that is not there.
  func check(predictions: Int, targets: Int) throws

  /// What its result is called: as the plugin, unless its parameters tell it from others of the same.
  var resultName: String { get }
  /// As ``higherIsBetter``, for a metric whose parameters decide that.
  var prefersHigher: Bool { get }
}

extension Metric {
  public static var higherIsBetter: Bool { true }
  public func check(predictions: Int, targets: Int) throws {}
  public var resultName: String { pluginName }
  public var prefersHigher: Bool { Self.higherIsBetter }
}

/// The running count behind a metric.
public protocol MetricAccumulator {
  mutating func update(_ batch: MetricBatch)
  /// The metric over all batches seen; `.nan` when it is not defined for them.
  func result() -> MetricResult
  mutating func reset()
  /// The count so far as numbers, kept in checkpoints: a run resumed within an epoch counts on.
  var state: [Double] { get set }
}

/// A batch of predictions, valid during the call.
public struct MetricBatch {
  /// Number of samples.
  public let count: Int
  /// Numbers a sample: probabilities by class, one probability, or predicted values.
  public let width: Int
  /// count × width.
  public let predictions: UnsafeBufferPointer<Float>
  /// count class numbers, or count × width values.
  public let targets: UnsafeBufferPointer<Float>

  public init(
    count: Int, width: Int, predictions: UnsafeBufferPointer<Float>,
    targets: UnsafeBufferPointer<Float>
  ) {
    self.count = count
    self.width = width
    self.predictions = predictions
    self.targets = targets
  }

  /// The predicted class of a sample: the largest of several, or one probability against a half.
  public func predictedClass(_ sample: Int) -> Int {
    if width == 1 { return predictions[sample] >= 0.5 ? 1 : 0 }
    let row = sample * width
    var best = 0
    for index in 1..<width where predictions[row + index] > predictions[row + best] { best = index }
    return best
  }
}

/// What a metric found.
public enum MetricResult: Sendable {
  case number(Double)
  /// Rows are true classes, columns predicted ones.
  case matrix(labels: [String], counts: [[Double]])

  /// The number; `nil` for a matrix.
  public var number: Double? {
    if case .number(let value) = self { value } else { nil }
  }
}
