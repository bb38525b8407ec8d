import EspalierProtocols
import Foundation

/// The run as callbacks see it, and the one who calls them.
final class RunController: RunState {
  var progress = Progress()
  let facts: RunFacts
  let epochs: Int
  let stepsPerEpoch: Int
  let folder: String?
  private let programs: ModelPrograms
  private let higher: [String: Bool]
  private let started = ContinuousClock.now

  private(set) var callbacks: [any Callback]
  /// For each event the callbacks that asked for it, in order.
  private var listeners: [Event: [Int]] = [:]
  private var hearsBatchEnd = false
  private enum Deferred {
    case save(String)
    case remove(String)
  }
  /// The callback that is being called.
  private var actor: Int?
  private var deferred: [Deferred] = []

  var batchLoss = Double.nan
  var batch = BatchView(
    count: 0, features: .init(start: nil, count: 0), targets: .init(start: nil, count: 0))
  var hasGradients = false
  /// The epoch whose end is being announced.
  var finishedEpoch: Int?
  private(set) var matrices: [String: MetricResult] = [:]
  private(set) var best: [(variable: Variable, values: [Float])]?
  /// Numbers that callbacks logged since the last epoch's end.
  private(set) var logged: [String: Double] = [:]
  /// What makes a checkpoint; set by the host when there is a folder.
  var write: ((_ name: String) throws -> Void)?
  var remove: ((_ name: String) throws -> Void)?

  init(
    callbacks: [any Callback], programs: ModelPrograms, facts: RunFacts, epochs: Int,
    stepsPerEpoch: Int, folder: String?, metrics: [any Metric]
  ) {
    self.callbacks = callbacks
    self.programs = programs
    self.facts = facts
    self.epochs = epochs
    self.stepsPerEpoch = stepsPerEpoch
    self.folder = folder
    var higher: [String: Bool] = [:]
    for metric in metrics { higher[metric.pluginName] = type(of: metric).higherIsBetter }
    self.higher = higher
    for (index, callback) in callbacks.enumerated() {
      for event in callback.events { listeners[event, default: []].append(index) }
    }
    hearsBatchEnd = listeners[.batchEnd] != nil
  }

  // MARK: Events

  func listens(to event: Event) -> Bool { listeners[event] != nil }

  /// Calls everybody who asked for the event; the first who does not say "proceed" is obeyed.
  func announce(_ event: Event) throws -> Decision {
    if event == .batchEnd && !hearsBatchEnd { return .proceed }
    guard let indices = listeners[event] else { return .proceed }
    var decision = Decision.proceed
    for index in indices {
      let answer: Decision
      do {
        // A copy acts, since it may ask the run for what concerns all callbacks.
        var callback = callbacks[index]
        actor = index
        defer { actor = nil }
        answer = try callback.handle(event, self)
        callbacks[index] = callback
      } catch {
        deferred = []
        throw CallbackFailure(
          name: callbacks[index].pluginName, event: event, message: "\(error)")
      }
      for answer in [answer, try runDeferred()] where decision == .proceed { decision = answer }
    }
    return decision
  }

  /// Does what the callback that has just acted asked for, now that its own memory is up to date.
  /// - Returns: what those decide who were told of a saved checkpoint.
  private func runDeferred() throws -> Decision {
    var decision = Decision.proceed
    let work = deferred
    deferred = []
    for action in work {
      switch action {
      case .save(let name):
        let answer = try save(name)
        if decision == .proceed { decision = answer }
      case .remove(let name): try remove?(name)
      }
    }
    return decision
  }

  private func save(_ name: String) throws -> Decision {
    guard let write else { return .proceed }
    try write(name)
    return try announce(.checkpointSaved)
  }

  /// What callbacks remember, by their place in the order.
  var memories: [CallbackMemory] { callbacks.map(\.memory) }

  func restore(_ memories: [CallbackMemory]) {
    for (index, memory) in memories.enumerated() where index < callbacks.count {
      callbacks[index].memory = memory
    }
  }

  // MARK: Reading

  var epoch: Int { progress.epoch }
  var step: Int { progress.step }
  var stepInEpoch: Int { progress.stepInEpoch }
  var samples: Int { progress.samples }
  var metrics: [String: Double] { progress.metrics }
  var seconds: Double {
    let passed = ContinuousClock.now - started
    return Double(passed.components.seconds) + Double(passed.components.attoseconds) * 1e-18
  }

  func higherIsBetter(_ metric: String) -> Bool {
    for prefix in ["train_", "validation_", "test_"] where metric.hasPrefix(prefix) {
      return higher[String(metric.dropFirst(prefix.count))] ?? false
    }
    return higher[metric] ?? false
  }

  func record(_ name: String, _ value: Double) { progress.metrics[name] = value }

  func record(_ name: String, _ result: MetricResult) {
    switch result {
    case .number(let value): progress.metrics[name] = value
    case .matrix: matrices[name] = result
    }
  }

  // MARK: Changing

  var learningRate: Double {
    get { progress.learningRate }
    set { progress.learningRate = newValue }
  }

  private func variable(_ name: String) -> Variable? { programs.variables[name] }

  var parameterNames: [String] { programs.saved.map(\.name) }

  func parameter(_ name: String) -> [Float] {
    variable(name).map { programs.memory.read($0) } ?? []
  }

  func setParameter(_ name: String, _ values: [Float]) {
    guard let variable = variable(name), values.count == variable.shape.count else { return }
    programs.memory.write(variable, values)
  }

  func gradient(_ name: String) -> [Float]? {
    guard hasGradients, let variable = variable(name), let (flat, offset) = gradientPlace(variable)
    else { return nil }
    return Array(programs.memory.read(flat)[offset..<offset + variable.shape.count])
  }

  func setGradient(_ name: String, _ values: [Float]) {
    guard hasGradients, let variable = variable(name), values.count == variable.shape.count,
      let (flat, offset) = gradientPlace(variable)
    else { return }
    var all = programs.memory.read(flat)
    all.replaceSubrange(offset..<offset + values.count, with: values)
    programs.memory.write(flat, all)
  }

  /// Gradients lie as their parameters do, in a flat variable of their own.
  private func gradientPlace(_ variable: Variable) -> (flat: Variable, offset: Int)? {
    guard let base = variable.base else { return nil }
    let name = programs.variables.variables[base.variable].name
    guard let flat = self.variable("gradients" + name.dropFirst("parameters".count)) else {
      return nil
    }
    return (flat, base.offset)
  }

  var hasBest: Bool { best != nil }

  func keepAsBest() {
    // Two callbacks may have two ideas of the best: the first one in the order is right.
    if let actor {
      let name = callbacks[actor].pluginName
      guard progress.bestKeeper == nil || progress.bestKeeper == name else { return }
      progress.bestKeeper = name
    }
    best = programs.snapshot()
    progress.bestEpoch = finishedEpoch ?? progress.epoch
  }

  func setBest(_ snapshot: [(variable: Variable, values: [Float])]) { best = snapshot }

  func log(_ name: String, _ value: Double) {
    logged[name] = value
    progress.metrics[name] = value
  }

  func saveCheckpoint(_ name: String) throws {
    if actor != nil { deferred.append(.save(name)) } else { _ = try save(name) }
  }

  func removeCheckpoint(_ name: String) throws {
    if actor != nil { deferred.append(.remove(name)) } else { try remove?(name) }
  }
}

/// A callback that threw.
struct CallbackFailure: Error, CustomStringConvertible {
  let name: String
  let event: Event
  let message: String
  var description: String { "\(name) failed at \(event.rawValue): \(message)" }
}
