/// The new values of parameters while a step is recorded, after the optimizer.
///
/// They lie in one flat tensor a parameter group.
public struct ParameterUpdate {
  package struct Group {
    package let name: String
    package var value: Tensor

    package init(name: String, value: Tensor) {
      self.name = name
      self.value = value
    }
  }
  package var groups: [Group]
  /// The number of this step from 1.
  public let step: Tensor
  private let owner: String

  package init(_ groups: [Group], step: Tensor, owner: String) {
    self.groups = groups
    self.step = step
    self.owner = owner
  }

  /// The name of the variable that holds a callback's average of a parameter group.
  package static func average(of group: String, owner: String) -> String {
    "callback.\(owner).\(group)"
  }

  /// Keeps an average beside the parameters, in checkpoints, that stays as it is until the callback moves
  /// it (``RunState/moveAverages(share:)``); a step costs nothing by it.
  public func keepAverage() {
    for group in groups {
      _ = try? group.value.recorder.variables.declare(
        Self.average(of: group.name, owner: owner), group.value.shape, role: .optimizer,
        initial: .constant(0))
    }
  }

  /// Keeps an average beside the parameters, in checkpoints, with which a run can exchange them
  /// (``RunState/exchangeAverages()``).
  ///
  /// - Parameter rule: the new average, of the old one and the new parameters; at the first step the old
  ///   one is the parameters.
  public func average(_ rule: (_ average: Tensor, _ parameters: Tensor) -> Tensor) {
    for group in groups {
      let recorder = group.value.recorder
      let name = Self.average(of: group.name, owner: owner)
      guard
        let variable = try? recorder.variables.declare(
          name, group.value.shape, role: .optimizer, initial: .constant(0))
      else { continue }
      let old = select(step .<= 1, group.value, recorder.value(of: variable))
      recorder.assign(variable, rule(old, group.value))
    }
  }
}
