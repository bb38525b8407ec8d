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
