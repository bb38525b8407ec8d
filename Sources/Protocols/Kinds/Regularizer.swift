/// Adds a penalty on parameters to what training makes small.
public protocol Regularizer: Plugin {
  /// A single number, added to the loss.
  func penalty(_ parameter: Tensor) -> Tensor

  /// Names of the layers it is for, as patterns with `*`; empty for all.
  var layers: [String] { get }
  /// Whether biases and scales are penalized too.
  var includesBiases: Bool { get }
}

extension Regularizer {
  public var layers: [String] { [] }
  public var includesBiases: Bool { false }
}
