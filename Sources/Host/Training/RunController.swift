import EspalierProtocols
import Foundation

/// The run as callbacks see it, and the one who calls them.
final class RunController: RunState {
  var progress = Progress()
  /// Grow while the run is composed.
  var facts: RunFacts
  let epochs: Int
  var stepsPerEpoch = 0
  var folder: String?
  /// Absent until the model is recorded.
  var programs: ModelPrograms?
  private let higher: [String: Bool]
  private let started = ContinuousClock.now

  private(set) var callbacks: [any Callback]
  /// Where each stands in the config; `nil` for those of the program.
  private let paths: [String?]
  /// For each event the callbacks that asked for it, in order.
  private var listeners: [Event: [Int]] = [:]
  private var hearsBatchEnd = false
  private enum Deferred {
    case save(String)
    case remove(String)
  }
  /// The callback that is being called.
  private(set) var actor: Int?
  private var deferred: [Deferred] = []

  var batchLoss = Double.nan
  var batch = BatchView(
    count: 0, features: .init(start: nil, count: 0), targets: .init(start: nil, count: 0))
  var hasGradients = false
  /// The callback whose averages are the run's result.
  var resultOwner: String?
  /// Whether the run's end was announced.
  private(set) var hasEnded = false
  /// Why the run ends before its first step, if a callback wants that.
  private(set) var earlyStop: String?
  /// The epoch whose end is being announced.
  var finishedEpoch: Int?
  private(set) var matrices: [String: MetricResult] = [:]
  private(set) var best: VariableSnapshot?
  /// Numbers that callbacks logged in the step under way.
  private(set) var logged: [(name: String, value: Double)] = []
  private var event: Event?
  /// What makes a checkpoint; set by the host when there is a folder.
  var write: ((_ name: String) throws -> Void)?
  var remove: ((_ name: String) throws -> Void)?
  /// What trains steps and puts all back.
  var rehearsal: ((_ next: (_ loss: Double?) throws -> Double?) throws -> Void)?

  init(
    _ participants: [CallbackOrder.Participant], facts: RunFacts, epochs: Int,
    metrics: [any Metric]
  ) {
    callbacks = participants.map(\.callback)
    paths = participants.map(\.path)
    self.facts = facts
    self.epochs = epochs
    var higher: [String: Bool] = [:]
    for metric in metrics { higher[metric.resultName] = metric.prefersHigher }
    self.higher = higher
    for (index, callback) in callbacks.enumerated() {
      for event in callback.events { listeners[event, default: []].append(index) }
    }
    hearsBatchEnd = listeners[.batchEnd] != nil
  }

  // MARK: Events

  /// Whether anybody wants the event at the step under way.
  func isDue(_ event: Event) -> Bool {
    guard let indices = listeners[event] else { return false }
    let step = count(of: event)
    return indices.contains { callbacks[$0].isDue(event, at: step) }
  }

  /// Gradients are there once an update, and are counted by it.
  private func count(of event: Event) -> Int {
    event == .afterBackward ? progress.updates : progress.step
  }

  /// Calls everybody who asked for the event; the first who does not say "proceed" is obeyed.
  func announce(_ event: Event) throws -> Decision {
    if event == .batchEnd && !hearsBatchEnd { return .proceed }
    if event == .runEnd { hasEnded = true }
    guard let indices = listeners[event] else { return .proceed }
    let outer = self.event
    self.event = event
    defer { self.event = outer }
    var decision = Decision.proceed
    for index in indices {
      if event.isOfAStep, !callbacks[index].isDue(event, at: count(of: event)) { continue }
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
          name: callbacks[index].pluginName, path: paths[index], event: event, error: error)
      }
      for answer in [answer, try runDeferred()] where decision == .proceed { decision = answer }
    }
    return decision
  }

  /// Announces what was logged in the step that has ended, if anything was.
  func announceLogged() throws -> Decision {
    guard !logged.isEmpty else { return .proceed }
    defer { logged.removeAll(keepingCapacity: true) }
    return try announce(.logged)
  }

  /// Announces what comes before there is a model; whoever wants to stop then does so at the run's start.
  func announceSetup(_ event: Event) throws {
    if case .stop(let reason) = try announce(event) { earlyStop = earlyStop ?? reason }
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
  var updates: Int { progress.updates }
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

  var baseLearningRate: Double {
    get { progress.baseRate ?? programs?.definition.optimizer.learningRate ?? .nan }
    set { progress.baseRate = newValue }
  }

  func rehearse(_ next: (_ loss: Double?) throws -> Double?) throws {
    guard let rehearsal, event == .runStart else {
      throw PluginError("steps can be rehearsed at runStart alone")
    }
    try rehearsal(next)
  }

  var hasBest: Bool { best != nil }

  func keepAsBest() {
    // Two callbacks may have two ideas of the best: the first one in the order is right.
    if let actor {
      let name = callbacks[actor].pluginName
      guard progress.bestKeeper == nil || progress.bestKeeper == name else { return }
      progress.bestKeeper = name
    }
    guard let programs else { return }
    best = VariableSnapshot(programs.saved, in: programs.memory, folder: folder)
    progress.bestEpoch = finishedEpoch ?? progress.epoch
  }

  func setBest(_ weights: VariableSnapshot) { best = weights }

  func log(_ name: String, _ value: Double) {
    if event?.isOfAStep == true { logged.append((name, value)) }
    progress.metrics[name] = value
  }

  func saveCheckpoint(_ name: String) throws {
    if actor != nil { deferred.append(.save(name)) } else { _ = try save(name) }
  }

  func removeCheckpoint(_ name: String) throws {
    if actor != nil { deferred.append(.remove(name)) } else { try remove?(name) }
  }
}

extension Event {
  /// Whether it comes with every step, and so may be due at some only.
  fileprivate var isOfAStep: Bool {
    self == .batchLoaded || self == .afterBackward || self == .batchEnd
  }
}

/// A callback that threw.
struct CallbackFailure: Error, CustomStringConvertible {
  let name: String
  /// Its place in the config; `nil` for one of the program.
  let path: String?
  let event: Event
  let error: any Error

  var description: String { "\(name) failed at \(event.rawValue): \(error)" }
}
