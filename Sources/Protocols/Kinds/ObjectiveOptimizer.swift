/// An optimizer that asks for losses at points of its choice, where others are recorded into the step.
///
/// It works on numbers: all parameters in a row, in double precision; the model computes in single
/// precision. What it remembers from step to step is kept by name, in checkpoints. It stands alone: within
/// another optimizer it is a mistake.
public protocol ObjectiveOptimizer: Optimizer {
  /// Names and sizes of the rows of numbers that it keeps.
  ///
  /// - Parameter count: number of parameters.
  /// - Throws: ``PluginError`` for a model that it is not made for.
  func memory(for count: Int) throws -> [String: Int]

  /// Moves the parameters once.
  ///
  /// - Parameter rate: of this step, as the schedule has it.
  func step(on objective: any Objective, rate: Double) throws
}

extension ObjectiveOptimizer {
  public func update(_ parameter: Tensor, gradient: Tensor, _ step: OptimizerStep) -> Tensor {
    parameter.recorder.fail(
      "\(pluginName) asks for losses at points of its choice and cannot be part of another optimizer",
      like: parameter)
  }
}

/// What an ``ObjectiveOptimizer`` makes small: the loss of a batch with penalties and all that callbacks
/// make of it, as a function of the parameters.
///
/// Within a step it is one function: random layers draw the same numbers at all points.
public protocol Objective: AnyObject {
  /// All trained parameters in a row. Setting them rounds to single precision.
  var parameters: [Double] { get set }
  /// The value and the gradient at the parameters that the step begins with.
  var start: ObjectiveValue { get }
  /// The value and the gradient elsewhere; the parameters stay as they are.
  func value(at point: [Double]) throws -> ObjectiveValue
  /// The Hessian at the parameters, times a vector.
  func hessianProduct(_ vector: [Double]) throws -> [Double]
  /// What the optimizer keeps from step to step; zeros at first.
  subscript(memory name: String) -> [Double] { get set }
}

/// An objective at one point.
public struct ObjectiveValue: Sendable {
  /// The value.
  public var value: Double
  /// Its derivatives by the parameters.
  public var gradient: [Double]

  public init(_ value: Double, gradient: [Double]) {
    self.value = value
    self.gradient = gradient
  }
}
