/// Acts on a run at its events, or takes part in the step's mathematics.
///
/// A callback that changes the mathematics does so while the step is recorded (``transform(loss:_:)``,
/// ``transform(gradients:_:)``, ``transform(batch:)``). One that looks at numbers names the events it wants and is called
/// there. Both are free for runs that do not use them.
public protocol Callback: Plugin {
  /// The events at which ``handle(_:_:)`` is called.
  var events: Set<Event> { get }

  /// Called at each of the declared events.
  /// - Returns: whether the run goes on.
  mutating func handle(_ event: Event, _ run: any RunState) throws -> Decision

  /// Whether it wants the event at the step under way; asked before `batchLoaded`, `afterBackward` and
  /// `batchEnd`. A step whose `afterBackward` nobody wants runs in one piece.
  ///
  /// - Parameter step: steps done before this one; at `batchEnd`, this one counted; at `afterBackward`,
  ///   updates.
  func isDue(_ event: Event, at step: Int) -> Bool

  /// The batch that is trained on, recorded; validation and test see the plain one.
  func transform(batch: inout RecordedBatch)

  /// What the layers get for a parameter, recorded; the parameter itself stays, and gradients reach it
  /// through what is done here. Validation and test see the plain one.
  ///
  /// - Parameters:
  ///   - name: `dense_1.weight`.
  ///   - role: weight, bias or scale.
  func transform(parameter: Tensor, named name: String, role: VariableRole) -> Tensor

  /// The loss that is differentiated, recorded; the reported one stays as it is.
  func transform(loss: Tensor, _ context: StepContext) -> Tensor

  /// The gradients that the optimizer gets, recorded.
  func transform(gradients: inout Gradients, _ context: StepContext)

  /// The parameters that the optimizer has made, recorded: averages of them are kept here.
  func observe(update: ParameterUpdate)

  /// Batches whose gradients make one update together.
  var accumulatedSteps: Int { get }

  /// How matrix products and convolutions of a layer read their operands in training, and those of their
  /// gradients; `nil` leaves it as it is.
  ///
  /// - Parameter layer: its path, `residual_1.dense_2`.
  func productPrecision(in layer: String) -> ProductPrecision?
  /// Whether it says so of any layer.
  var changesProductPrecision: Bool { get }

  /// The scaling of the loss before gradients are taken; `nil` for none.
  var lossScaling: LossScaling? { get }

  /// Parameters that it keeps as they are in some epochs; the same for the whole run.
  var freezing: Freezing? { get }

  /// What it remembers, saved in checkpoints.
  var memory: CallbackMemory { get set }

  /// The name of the result it reads, so that a misspelt one is found before the run.
  var monitor: String? { get }

  /// Names of callbacks that should be called after this one.
  var runsBefore: [String] { get }
  /// Names of callbacks that should be called before this one.
  var runsAfter: [String] { get }
}

extension Callback {
  public var events: Set<Event> { [] }
  public mutating func handle(_ event: Event, _ run: any RunState) throws -> Decision { .proceed }
  public func isDue(_ event: Event, at step: Int) -> Bool { true }
  public func transform(batch: inout RecordedBatch) {}
  public func transform(parameter: Tensor, named name: String, role: VariableRole) -> Tensor {
    parameter
  }
  public func transform(loss: Tensor, _ context: StepContext) -> Tensor { loss }
  public func transform(gradients: inout Gradients, _ context: StepContext) {}
  public func observe(update: ParameterUpdate) {}
  public var accumulatedSteps: Int { 1 }
  public func productPrecision(in layer: String) -> ProductPrecision? { nil }
  public var changesProductPrecision: Bool { false }
  public var lossScaling: LossScaling? { nil }
  public var freezing: Freezing? { nil }
  public var memory: CallbackMemory {
    get { CallbackMemory() }
    set {}
  }
  public var monitor: String? { nil }
  public var runsBefore: [String] { [] }
  public var runsAfter: [String] { [] }
}

/// What a callback remembers between events: numbers, lists of numbers and text by name.
public struct CallbackMemory: Sendable, Codable, Hashable {
  /// Single numbers.
  public var numbers: [String: Double]
  /// Lists of numbers.
  public var lists: [String: [Double]]
  /// Texts.
  public var texts: [String: String]

  public init(
    numbers: [String: Double] = [:], lists: [String: [Double]] = [:], texts: [String: String] = [:]
  ) {
    self.numbers = numbers
    self.lists = lists
    self.texts = texts
  }
}
