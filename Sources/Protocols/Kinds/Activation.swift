/// A nonlinearity, recorded: write the forward function, its gradient follows.
///
/// One that learns (PReLU) asks `x.scope` for its parameters.
public protocol Activation: Plugin {
  /// - Parameter x: any shape.
  func callAsFunction(_ x: Tensor) -> Tensor

  /// The factor by which an initializer widens weights before this activation, as `he_normal` does for
  /// ReLU (√2), so that the variance of signals stays the same through layers.
  var gain: Float { get }
}

extension Activation {
  public var gain: Float { 1 }
}

extension Scope {
  /// Applies the activation of a layer, if it has one.
  ///
  /// It records under its own name within the layer, so that one that learns does not ask for a
  /// parameter that the layer has already: `dense_1.weight` and `dense_1.prelu.weight`.
  public func activate(_ x: Tensor, _ activation: (any Activation)?) -> Tensor {
    guard let activation else { return x }
    return recorder.within(name(of: activation.pluginName)) { activation(x) }
  }
}
