import EspalierProtocols

/// A closure of a program that takes part in the step's mathematics, as a callback.
///
/// It runs while a step is recorded, once for each size of batch, and costs nothing afterwards but what it
/// recorded.
public struct RecordedHook: Callback {
  public static let manifest = Manifest("recorded_hook", "a closure that changes the recorded step")

  /// What it changes.
  public enum Change {
    /// The batch that is trained on.
    case batch((inout RecordedBatch) -> Void)
    /// What the layers get for a parameter of this name and role.
    case parameter((Tensor, String, VariableRole) -> Tensor)
    /// The loss that is differentiated.
    case loss((Tensor, StepContext) -> Tensor)
    /// The gradients that the optimizer gets.
    case gradients((inout Gradients, StepContext) -> Void)
  }

  /// The closure, which only the thread of the run calls.
  private struct Body: @unchecked Sendable { let change: Change }

  private let name: String
  private let body: Body
  public let runsBefore: [String]
  public let runsAfter: [String]

  public init() { self.init(.batch { _ in }) }

  /// - Parameters:
  ///   - change: what it changes, and how.
  ///   - name: what it is called in messages and in `plan`.
  ///   - before: names of callbacks that change it after this one.
  ///   - after: names of callbacks that change it before this one.
  public init(
    _ change: Change, named name: String = "hook", before: [String] = [], after: [String] = []
  ) {
    body = Body(change: change)
    self.name = name
    runsBefore = before
    runsAfter = after
  }

  public var pluginName: String { name }

  public func transform(batch: inout RecordedBatch) {
    if case .batch(let change) = body.change { change(&batch) }
  }

  public func transform(parameter: Tensor, named name: String, role: VariableRole) -> Tensor {
    if case .parameter(let change) = body.change { return change(parameter, name, role) }
    return parameter
  }

  public func transform(loss: Tensor, _ context: StepContext) -> Tensor {
    if case .loss(let change) = body.change { change(loss, context) } else { loss }
  }

  public func transform(gradients: inout Gradients, _ context: StepContext) {
    if case .gradients(let change) = body.change { change(&gradients, context) }
  }
}
