import EspalierHost
import EspalierProtocols

/// Hooks: closures of a program on the events of its run. ``Event`` tells when each comes.
///
/// Hooks are called after the callbacks of the config, in the order in which they were added, unless
/// `before:` or `after:` asks for another place by a callback's name; `plan` prints who comes when. An error
/// in a hook stops the run, which saves its state first and names the hook.
extension Run {
  /// Calls a closure at an event; it may read and change all that ``RunState`` offers.
  ///
  /// ```swift
  /// run.on(.batchEnd, every: 100) { state in print(state.step, state.batchLoss) }
  /// ```
  /// - Parameters:
  ///   - event: when it is called.
  ///   - interval: at the events of a step (`batchLoaded`, `afterBackward`, `batchEnd`), the steps from
  ///     one call to the next. A step between them costs what it costs without the hook.
  ///   - name: what it is called in messages and in `plan`; by default it says where it stands.
  ///   - before: names of callbacks that are called after it.
  ///   - after: names of callbacks that are called before it.
  public func on(
    _ event: Event, every interval: Int = 1, named name: String? = nil, before: [String] = [],
    after: [String] = [], file: String = #fileID, line: Int = #line,
    _ body: @escaping (any RunState) throws -> Void
  ) {
    let name = Self.name(name, file, line)
    options.hooks.append(
      Hook(event, every: interval, named: name, before: before, after: after) {
        try body($0)
        return .proceed
      })
  }

  /// Calls a closure at an event, which decides whether the run goes on.
  ///
  /// ```swift
  /// run.decide(.epochEnd) { state in
  ///   state.metrics["validation_accuracy"] ?? 0 > 0.99 ? .stop("good enough") : .proceed
  /// }
  /// ```
  public func decide(
    _ event: Event, every interval: Int = 1, named name: String? = nil, before: [String] = [],
    after: [String] = [], file: String = #fileID, line: Int = #line,
    _ body: @escaping (any RunState) throws -> Decision
  ) {
    let name = Self.name(name, file, line)
    options.hooks.append(
      Hook(event, every: interval, named: name, before: before, after: after, body))
  }

  /// Calls an asynchronous closure with a snapshot of the run at an event.
  ///
  /// The closure works beside the run, one event after another, and the run ends when the last is done.
  /// Should hundreds of events wait for it, the run waits too.
  ///
  /// ```swift
  /// run.observe(.epochEnd) { snapshot in try await report(snapshot.metrics) }
  /// ```
  /// - Parameter waits: whether the run waits at each event until the closure is done.
  public func observe(
    _ event: Event, every interval: Int = 1, waits: Bool = false, named name: String? = nil,
    file: String = #fileID, line: Int = #line,
    _ body: @escaping @Sendable (RunSnapshot) async throws -> Void
  ) {
    let name = Self.name(name, file, line)
    options.hooks.append(Observer(event, every: interval, waits: waits, named: name, body))
  }

  /// Changes the batch that is trained on, recorded as part of the step.
  ///
  /// ```swift
  /// run.transformBatch { $0.features = $0.features + 0.1 * $0.features.random(.normal) }
  /// ```
  public func transformBatch(
    named name: String? = nil, before: [String] = [], after: [String] = [], file: String = #fileID,
    line: Int = #line, _ body: @escaping (inout RecordedBatch) -> Void
  ) {
    let name = Self.name(name, file, line)
    options.hooks.append(RecordedHook(.batch(body), named: name, before: before, after: after))
  }

  /// Changes what the layers get for their parameters, recorded as part of the step; the parameters
  /// themselves stay, and gradients reach them through what is done here.
  ///
  /// ```swift
  /// run.transformParameters { value, name, role in
  ///   role == .weight ? value + 0.01 * value.random(.normal) : value
  /// }
  /// ```
  public func transformParameters(
    named name: String? = nil, before: [String] = [], after: [String] = [], file: String = #fileID,
    line: Int = #line, _ body: @escaping (Tensor, String, VariableRole) -> Tensor
  ) {
    let name = Self.name(name, file, line)
    options.hooks.append(RecordedHook(.parameter(body), named: name, before: before, after: after))
  }

  /// Changes the loss that is differentiated, recorded as part of the step; the reported one stays.
  ///
  /// ```swift
  /// run.transformLoss { loss, _ in abs(loss - 0.02) + 0.02 }
  /// ```
  public func transformLoss(
    named name: String? = nil, before: [String] = [], after: [String] = [], file: String = #fileID,
    line: Int = #line, _ body: @escaping (Tensor, StepContext) -> Tensor
  ) {
    let name = Self.name(name, file, line)
    options.hooks.append(RecordedHook(.loss(body), named: name, before: before, after: after))
  }

  /// Changes the gradients that the optimizer gets, recorded as part of the step.
  ///
  /// ```swift
  /// run.transformGradients { gradients, _ in gradients.map { minimum(maximum($0, -1), 1) } }
  /// ```
  public func transformGradients(
    named name: String? = nil, before: [String] = [], after: [String] = [], file: String = #fileID,
    line: Int = #line, _ body: @escaping (inout Gradients, StepContext) -> Void
  ) {
    let name = Self.name(name, file, line)
    options.hooks.append(
      RecordedHook(.gradients(body), named: name, before: before, after: after))
  }

  /// The name that was given, or the place where the hook stands: "hook at main.swift:12".
  private static func name(_ given: String?, _ file: String, _ line: Int) -> String {
    given ?? "hook at \(file.split(separator: "/").last ?? "?"):\(line)"
  }
}
