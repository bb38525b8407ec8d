/// Adds a penalty on parameters, or on what layers give, to what training makes small; or keeps parameters
/// within bounds.
public protocol Regularizer: ParameterSelecting {
  /// A single number for each parameter, added to the loss.
  func penalty(_ parameter: Tensor) -> Tensor

  /// Whether ``penalty(activity:)`` is added to the loss, in place of a penalty on parameters.
  var penalizesActivities: Bool { get }
  /// A single number for what a layer gives, [n, …]. ``layers`` names the layers; all that have weights
  /// unless given.
  func penalty(activity: Tensor) -> Tensor

  /// Names of the layers it is for, as patterns with `*`; empty for all.
  var layers: [String] { get }
  /// Whether biases and scales are penalized too.
  var includesBiases: Bool { get }

  /// Whether ``constrained(_:)`` does anything; each step takes another pass over the parameters then.
  var constrains: Bool { get }
  /// What a parameter becomes after each step, in its own shape.
  func constrained(_ parameter: Tensor) -> Tensor
}

extension Regularizer {
  public static var selectionName: String { "layers" }
  public var selection: [String] { penalizesActivities ? [] : layers }
  public var penalizesActivities: Bool { false }
  public func penalty(activity: Tensor) -> Tensor { activity.recorder.constant(0) }
  public var layers: [String] { [] }
  public var includesBiases: Bool { false }
  public var constrains: Bool { false }
  public func constrained(_ parameter: Tensor) -> Tensor { parameter }
}
