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

  /// What was fitted, saved with the run.
  var state: [String: TransformState] { get }
}

extension Transform {
  public func invert(_ values: UnsafeMutableBufferPointer<Float>, count: Int) -> Bool { false }
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

/// What normalizers and projections have in common: they are fitted to the training split.
public protocol FittedPlugin: Plugin {
  /// - Throws: ``PluginError`` when the samples do not allow it (a component more than there are
  ///   features, values that are not finite).
  func fit(_ samples: TrainingSamples) throws -> any Transform

  /// The transform of an earlier fit.
  /// - Throws: ``PluginError`` when the state is not one of this plugin's.
  func restore(_ state: [String: TransformState], sampleShape: Shape) throws -> any Transform
}

/// Changes the scale of features one by one.
public protocol Normalizer: FittedPlugin {}

/// Turns features into others, such as principal components.
public protocol Projection: FittedPlugin {}
