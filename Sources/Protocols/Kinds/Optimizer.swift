/// Turns gradients into new parameters, recorded as part of the step.
///
/// The parameters of a group come as one flat tensor, since most rules treat every number alike: one
/// pass over memory serves all layers.
public protocol Optimizer: Plugin {
  /// The rate before the schedule.
  var learningRate: Double { get }

  /// The new value of a parameter.
  ///
  /// - Parameters:
  ///   - parameter: flat, or of the parameter's own shape if ``isElementwise`` is false.
  ///   - gradient: of the same shape.
  ///   - step: rate, step number and the optimizer's own state for this parameter.
  func update(_ parameter: Tensor, gradient: Tensor, _ step: OptimizerStep) -> Tensor

  /// Whether each number's update depends on that number alone. A rule that needs a parameter as a
  /// whole (its norm, its matrix shape) says false and gets the parameters one by one.
  var isElementwise: Bool { get }

  /// The state that `update` uses has decay of weights in it, which must not reach biases and scales
  /// unless asked: the host then makes two groups and tells which in ``OptimizerStep/decays``.
  var decaysBiases: Bool { get }

  /// The gradients that it updates with, recorded: a rule that looks elsewhere first replaces those of
  /// the step.
  func gradients(_ gradients: Gradients, _ context: StepContext) throws -> Gradients

  /// The optimizers among which parameters are shared out; for most the optimizer alone.
  var parts: [any Optimizer] { get }

  /// The place in ``parts`` of the one that a parameter belongs to; `nil` for one that is not trained.
  ///
  /// - Parameters:
  ///   - parameter: its name, `dense_1.weight`.
  ///   - shape: its extents.
  func part(of parameter: String, shape: Shape) -> Int?
}

extension Optimizer {
  public var isElementwise: Bool { true }
  public var decaysBiases: Bool { false }
  public func gradients(_ gradients: Gradients, _ context: StepContext) throws -> Gradients {
    gradients
  }
  public var parts: [any Optimizer] { [self] }
  public func part(of parameter: String, shape: Shape) -> Int? { 0 }
}

/// What an optimizer is given for one step of one parameter or group.
public struct OptimizerStep {
  /// Rate of this step, a number.
  public let rate: Tensor
  /// Number of this update from 1, for bias corrections.
  public let number: Tensor
  /// Whether weight decay applies: true for weights, false for biases and scales.
  public let decays: Bool
  private let parameter: Tensor
  private let name: String

  package init(rate: Tensor, number: Tensor, decays: Bool, parameter: Tensor, name: String) {
    self.rate = rate
    self.number = number
    self.decays = decays
    self.parameter = parameter
    self.name = name
  }

  /// State in the parameter's shape, kept from step to step and in checkpoints.
  public func state(_ name: String, initial: Float = 0) -> OptimizerState {
    OptimizerState(parameter.recorder, "optimizer.\(self.name).\(name)", parameter.shape, initial)
  }

  /// A single number of state.
  public func number(_ name: String, initial: Float = 0) -> OptimizerState {
    OptimizerState(parameter.recorder, "optimizer.\(self.name).\(name)", [], initial)
  }

  /// 1 − βᵗ, the correction of an average that began at zero, exact in 32 bits for any step.
  public func biasCorrection(_ beta: Double) -> Tensor {
    // βᵗ in 32 bits loses digits of 1 − βᵗ while t is small; expm1 does not.
    beta == 0 ? number.filled(with: 1) : -expm1(number * Float(_log(beta)))
  }
}

/// One number for each of the parameter's, that lives as long as the run.
public struct OptimizerState {
  private let variable: Variable?
  private let recorder: Recorder
  private let shape: Shape

  init(_ recorder: Recorder, _ name: String, _ shape: Shape, _ initial: Float) {
    self.recorder = recorder
    self.shape = shape
    variable = try? recorder.variables.declare(
      name, shape, role: .optimizer, initial: .constant(initial))
  }

  /// The value at the beginning of the step, or the one set since.
  public var value: Tensor {
    get {
      guard let variable else {
        return recorder.fail("state of the optimizer changed its shape to \(shape)", shape: shape)
      }
      return recorder.assigned(variable) ?? recorder.value(of: variable)
    }
    nonmutating set {
      if let variable { recorder.assign(variable, newValue) }
    }
  }
}
