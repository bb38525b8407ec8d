/// A fitted change of samples, the same for training, validation, test and prediction.
public protocol Transform: Sendable {
  /// Shape of a sample after it.
  var outputShape: Shape { get }

  /// - Parameters:
  ///   - input: count samples.
  ///   - output: room for count samples of the output shape; never the input's memory.
  func apply(
    _ input: UnsafeBufferPointer<Float>, count: Int, to output: UnsafeMutableBufferPointer<Float>)

  /// The way back from transformed values, for targets; `nil` when there is none.
  func invert(_ values: UnsafeMutableBufferPointer<Float>, count: Int) -> Bool

  /// What ``apply(_:count:to:)`` does, recorded: for exports of whole models.
  ///
  /// - Parameter samples: [n, …], each of the shape that the transform takes.
  /// - Returns: [n, …], each of the output shape; `nil`, unless implemented, where it cannot be expressed.
  func recorded(_ samples: Tensor) -> Tensor?

  /// What ``invert(_:count:)`` does, recorded: for exports of models whose targets were transformed.
  ///
  /// - Parameter values: [n, …], each of the output shape.
  /// - Returns: the same shape; `nil`, unless implemented, where there is no way back.
  func recordedInverse(_ values: Tensor) -> Tensor?

  /// What was fitted, saved with the run.
  var state: [String: TransformState] { get }

  /// What samples are after it, given what they were: what their features are called, and which of them
  /// are categories.
  ///
  /// Unless implemented, features keep their names where their number stays the same, and none is a
  /// category. The host sees to the shape, and gives a projection's features no names.
  func description(after input: DataDescription) -> DataDescription
}

extension Transform {
  public func description(after input: DataDescription) -> DataDescription {
    var result = input
    result.categories = [:]
    if outputShape.count != input.sampleShape.count { result.featureNames = [] }
    return result
  }

  public func invert(_ values: UnsafeMutableBufferPointer<Float>, count: Int) -> Bool { false }

  public func recorded(_ samples: Tensor) -> Tensor? { nil }
  public func recordedInverse(_ values: Tensor) -> Tensor? { nil }
}

/// A fitted array.
public struct TransformState: Sendable, Hashable {
  /// Its extents.
  public let shape: Shape
  /// Its elements, row-major.
  public let values: [Float]
  public init(_ shape: Shape, _ values: [Float]) {
    self.shape = shape
    self.values = values
  }
}

/// What cleaners, selectors, normalizers and projections have in common: they are fitted to the training
/// split.
public protocol FittedPlugin: Plugin {
  /// - Throws: ``PluginError`` when the samples do not allow it (a component more than there are
  ///   features, values that are not finite).
  func fit(_ samples: TrainingSamples) throws -> any Transform

  /// The transform of an earlier fit.
  /// - Throws: ``PluginError`` when the state is not one of this plugin's.
  func restore(_ state: [String: TransformState], sampleShape: Shape) throws -> any Transform
}

/// Keeps some of the features.
public protocol FeatureSelector: FittedPlugin {}

/// Changes the scale of features one by one.
public protocol Normalizer: FittedPlugin {}

/// Turns features into others, such as principal components.
public protocol Projection: FittedPlugin {}
