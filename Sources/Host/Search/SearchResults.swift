import EspalierFormats
import EspalierProtocols
import Foundation

/// What a search has come to so far.
public struct SearchResults: Sendable {
  /// A trial as far as it is.
  public struct Trial: Sendable {
    package let step: TrialStep
    package let record: TrialRecord
    let cost: Double
    /// The folder of its run: `TrainedRun(trial.folder)` opens it.
    public let folder: String

    /// Its number, from 0.
    public var index: Int { record.index }
    public var state: TrialState { record.state }
    /// What was searched, by its names or paths.
    public var values: [ConfigValue.Entry] { record.values }
    /// The result by which trials are compared; `nil` where there is none.
    public var score: Double? { record.score }
    /// The epoch that had it.
    public var bestEpoch: Int? { record.bestEpoch }
    /// Epochs that it was trained.
    public var epochs: Int { record.epochs }
    /// Why it failed.
    public var error: String? { record.error }

    /// A value by its name or path: `trial["rate"]`.
    public subscript(name: String) -> ConfigValue? {
      values.first { $0.key == name }?.value
    }
  }

  /// Trials with the same values but for seeds, and the mean of their results.
  package struct Group: Sendable {
    /// The best of them.
    package let best: Trial
    package let mean: Double
    /// Standard deviation (n − 1); `nil` for a single trial.
    package let deviation: Double?
    package let count: Int
  }

  package let search: Search
  /// By index; of later rounds only what is known yet.
  public let trials: [Trial]
  /// Whether all trials are done; not so where a signal ended the search.
  public let isComplete: Bool

  package init(_ search: Search) throws {
    self.search = search
    var steps: [Int: TrialStep] = [:]
    var isComplete = true
    try search.rounds { _, round in
      for step in round { steps[step.index] = step }
      let isDone = round.allSatisfy { search.isDone($0, search.record($0)) }
      if !isDone { isComplete = false }
      return isDone
    }
    self.isComplete = isComplete
    trials = steps.values.sorted { $0.index < $1.index }.map { search.trial($0, search.record($0)) }
  }

  /// From best to worst, then those without a result.
  public var ranking: [Trial] {
    trials.sorted { ($0.cost, $0.step.index) < ($1.cost, $1.step.index) }
  }

  /// The best trial; where seeds are searched, the best of those whose mean over seeds is best. `nil` where none
  /// has a result.
  public var best: Trial? {
    groups?.first?.best ?? ranking.first { $0.cost < .infinity }
  }

  /// Whether the end of a path says that it is a seed.
  private static func isSeed(_ path: String) -> Bool {
    path == "seed" || path.hasSuffix(".seed")
  }

  /// Trials that differ in seeds alone, best mean first; `nil` where no seed is searched.
  package var groups: [Group]? {
    let others = search.sweep.space.parameters.indices.filter {
      !Self.isSeed(search.sweep.space.parameters[$0].path)
    }
    guard others.count < search.sweep.space.parameters.count else { return nil }
    var members: [[Double]: [Trial]] = [:]
    for trial in ranking where trial.cost < .infinity {
      members[others.map { trial.step.point.numbers[$0] }, default: []].append(trial)
    }
    func mean(_ trials: [Trial]) -> Double {
      trials.reduce(0) { $0 + ($1.record.score ?? 0) } / Double(trials.count)
    }
    return members.values.map { trials in
      let mean = mean(trials)
      let squares = trials.reduce(0) {
        $0 + (($1.record.score ?? 0) - mean) * (($1.record.score ?? 0) - mean)
      }
      return Group(
        best: trials[0], mean: mean,
        deviation: trials.count > 1 ? (squares / Double(trials.count - 1)).squareRoot() : nil,
        count: trials.count)
    }.sorted {
      let costs = (search.sweep.objective.cost($0.mean), search.sweep.objective.cost($1.mean))
      return (costs.0, $0.best.step.index) < (costs.1, $1.best.step.index)
    }
  }

  /// How much of the differences among trials each parameter explains by itself, 0 to 1; trials that have not
  /// ended are left out, and with too few of them it is not known.
  public var importance: [(path: String, share: Double?)] {
    let ended = trials.filter { $0.cost < .infinity || $0.record.state == .failed }
    let shares = ParameterImportance.of(
      search.sweep.space, points: ended.map(\.step.point), costs: ended.map(\.cost))
    return zip(search.sweep.space.parameters, shares).map { ($0.path, $1) }
  }

  // MARK: Files

  /// Writes `trials.csv`: a row a trial, by index.
  package func writeTable() throws {
    var text =
      CSVText.line(
        ["index", "state", "score", "epochs", "seconds"] + search.sweep.space.parameters.map(\.path)
      )
    for trial in trials {
      let record = trial.record
      text += CSVText.line(
        [
          "\(record.index)", record.state.rawValue, record.score.map(ConfigValue.format) ?? "",
          "\(record.epochs)", ConfigValue.format((record.seconds * 1000).rounded() / 1000),
        ] + record.values.map { $0.value.description })
    }
    try write(text, to: "trials.csv")
  }

  /// Writes `best.yaml`: the best trial's config, which runs as it is.
  package func writeBest() throws {
    guard let best else { return }
    let config = search.trialFolder(best.step.index).path + "/config.yaml"
    guard let text = try? String(contentsOfFile: config, encoding: .utf8) else { return }
    let score = best.record.score.map { ConfigValue.format($0) } ?? ""
    var head = "# The best of \(trials.count) trials of \(search.sweep.title): "
    head = Printable.text(head)
    head += "trial \(best.step.index), \(search.sweep.objective.metric) \(score).\n"
    for entry in best.record.values {
      head += "#   " + Printable.text("\(entry.key): \(entry.value)") + "\n"
    }
    try write(head + text, to: "best.yaml")
  }

  private func write(_ text: String, to name: String) throws {
    do { try AtomicFile.write(text, to: search.folder + "/" + name) } catch {
      throw RunFailure("\(error)", folder: search.folder)
    }
  }

  /// Removes weights and checkpoints that the sweep does not keep.
  package func removeWeights() {
    guard search.sweep.keep != .all, isComplete else { return }
    for trial in trials {
      if search.sweep.keep == .best, trial.step.index == best?.step.index { continue }
      let folder = search.trialFolder(trial.step.index).path
      for name in ["weights.safetensors", "checkpoints"] {
        try? FileManager.default.removeItem(atPath: folder + "/" + name)
      }
    }
  }
}

extension Search {
  /// A trial as its record has it.
  func trial(_ step: TrialStep, _ record: TrialRecord) -> SearchResults.Trial {
    let counts = record.state != .failed
    let cost = record.score.flatMap { counts ? sweep.objective.cost($0) : nil }
    return SearchResults.Trial(
      step: step, record: record, cost: cost ?? .infinity, folder: trialFolder(step.index).path)
  }
}
