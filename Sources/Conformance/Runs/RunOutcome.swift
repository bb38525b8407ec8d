import EspalierFormats
import EspalierProtocols

/// What a run came to, to the bit.
struct RunOutcome: Equatable {
  var weights: [String: [Float]] = [:]
  var losses: [Double] = []
  var rates: [Double] = []
  var epochs: [[String: Double]] = []
  /// What callbacks, scheduler and metrics remember at the end, as saved; empty where nothing is.
  var memory: [String: String] = [:]

  /// The first thing in which it differs from another, in words: what this and the other have.
  func difference(from other: RunOutcome) -> String? {
    func differ(_ a: Double, _ b: Double) -> Bool { a.bitPattern != b.bitPattern }
    for (step, pair) in zip(rates, other.rates).enumerated() where differ(pair.0, pair.1) {
      return "the rate of step \(step + 1) is \(pair.0), not \(pair.1)"
    }
    for (step, pair) in zip(losses, other.losses).enumerated() where differ(pair.0, pair.1) {
      return "the loss of step \(step + 1) is \(pair.0), not \(pair.1)"
    }
    if losses.count != other.losses.count {
      return "the run has \(losses.count) steps, not \(other.losses.count)"
    }
    for (epoch, pair) in zip(epochs, other.epochs).enumerated() {
      for (name, value) in pair.1.sorted(by: { $0.key < $1.key }) {
        guard let found = pair.0[name] else { return "epoch \(epoch + 1) has no \(name)" }
        if differ(found, value) { return "\(name) of epoch \(epoch + 1) is \(found), not \(value)" }
      }
    }
    for (name, values) in other.weights.sorted(by: { $0.key < $1.key }) {
      guard let found = weights[name], found.count == values.count else { return "\(name) is gone" }
      for (place, pair) in zip(found, values).enumerated()
      where pair.0.bitPattern != pair.1.bitPattern {
        return "\(name)[\(place)] is \(pair.0) in the end, not \(pair.1)"
      }
    }
    for (name, value) in other.memory.sorted(by: { $0.key < $1.key }) where memory[name] != value {
      return "\(name) in the last checkpoint is \(memory[name] ?? "missing"), not \(value)"
    }
    return nil
  }
}

/// Watches a run, and saves and stops it where asked.
///
/// A run calls its callbacks from one thread, and the outcome is read after the run.
final class RunObserver: @unchecked Sendable {
  static let cut = "cut"
  private(set) var outcome = RunOutcome()
  private(set) var isCut = false
  private let saves: Bool
  private let step: Int?

  /// - Parameters:
  ///   - saves: whether checkpoints are written: at the cut and at the end.
  ///   - step: after which the run is stopped.
  ///   - earlier: the observer of the part of the run before.
  init(saves: Bool = false, cutsAt step: Int? = nil, after earlier: RunObserver? = nil) {
    self.saves = saves
    self.step = step
    if let earlier {
      outcome.losses = earlier.outcome.losses
      outcome.rates = earlier.outcome.rates
      outcome.epochs = earlier.outcome.epochs
    }
  }

  var callback: Watcher { Watcher(self) }

  func see(_ event: Event, _ run: any RunState) throws -> Decision {
    switch event {
    case .batchEnd:
      outcome.losses.append(run.batchLoss)
      outcome.rates.append(run.learningRate)
      if run.step == step {
        isCut = true
        try run.saveCheckpoint(Self.cut)
        return .stop("the check cuts the run here")
      }
    case .epochEnd: if !isCut { outcome.epochs.append(run.metrics) }
    case .checkpointSaved: break
    default:
      guard !isCut else { return .proceed }
      for name in run.parameterNames { outcome.weights[name] = try run.parameter(name) }
      if saves, event == .runEnd { try run.saveCheckpoint("end") }
    }
    return .proceed
  }

  /// Reads what the last checkpoint of a finished run says of its plugins.
  func readMemory(_ folder: String) throws {
    let file = try SafeTensors.read(folder + "/checkpoints/end.safetensors")
    guard let text = file.metadata["state"] else { return }
    let state = try JSON.parse(text, file: folder)
    outcome.memory["what callbacks remember"] = state["callbacks"]?.serialized
    outcome.memory["what the schedule remembers"] = state["progress"]?["schedule"]?.serialized
  }
}

/// The callback through which an observer sees the run.
struct Watcher: Callback {
  static let manifest = Manifest("conformance_watcher", "watches a run for a check")
  private let observer: RunObserver?

  init() { observer = nil }
  init(_ observer: RunObserver) { self.observer = observer }

  var events: Set<Event> { [.batchEnd, .epochEnd, .runEnd] }

  mutating func handle(_ event: Event, _ run: any RunState) throws -> Decision {
    try observer?.see(event, run) ?? .proceed
  }
}
