/// Adds a penalty on parameters to what training makes small, or keeps them within bounds.
public protocol Regularizer: ParameterSelecting {
  /// A single number, added to the loss.
  func penalty(_ parameter: Tensor) -> Tensor

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
  public var selection: [String] { layers }
  public var layers: [String] { [] }
  public var includesBiases: Bool { false }
  public var constrains: Bool { false }
  public func constrained(_ parameter: Tensor) -> Tensor { parameter }
}
