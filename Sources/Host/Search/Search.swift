import EspalierFormats
import EspalierProtocols
import Foundation

/// A search: trials of a run with other values, each in a folder of its own, and the best of them.
///
/// It is a sweep's, or made in Swift:
///
/// ```swift
/// let search = try Search(
///   "digits", over: .logUniform("rate", 1e-4...1e-1), .choice("units", [32, 64, 128]),
///   strategy: RandomSearch(trials: 20), objective: "validation_accuracy"
/// ) { rate, units in
///   CSVSource("data/digits.csv", target: "target")
///   SplitSettings(validation: 0.15, test: 0.2)
///   Model {
///     Dense(units, activation: ReLU())
///     Dense(10)
///   }
///   CrossEntropy()
///   Adam(learningRate: rate)
///   Accuracy()
///   TrainingSettings(epochs: 20)
/// }
/// let results = try search.run()
/// if let best = results.best { print(best.score ?? .nan, best["rate"] ?? .null, best.folder) }
/// ```
/// A trial is a function of the search and its number. What is done in the folder stays when the search runs
/// again, and what was begun goes on, so that a search can be ended at any time; several processes may run one
/// search in one folder at once.
public struct Search: Sendable {
  package let sweep: Sweep
  /// The strategy, with as many trials as were asked for.
  public let strategy: any SearchStrategy
  /// Where its trials are: `trial-0007` and so on, `trials.csv` and `best.yaml` beside them.
  public let folder: String
  /// How trials run; ``TrainingOptions/output`` is the search's. Hooks are called by all trials, several at a time
  /// unless ``parallel`` is 1.
  public var options = TrainingOptions()
  /// Trials at a time; as many as there are cores unless given. Each of several has one thread.
  public var parallel: Int?

  /// Opens the folder of a search, or makes it.
  ///
  /// - Parameters:
  ///   - folder: where; what the sweep says unless given.
  ///   - trials: how many in all; those of the sweep, or that were asked for before, unless given.
  /// - Throws: ``RunFailure`` when the folder is that of another sweep, ``ConfigurationProblems`` when the strategy
  ///   cannot make so many.
  package init(_ sweep: Sweep, folder: String? = nil, trials: Int? = nil) throws {
    self.sweep = sweep
    self.folder = folder ?? sweep.output
    let file = self.folder + "/search.json"
    let before = try Self.read(file)
    if let before { try Self.check(before.facts, sweep.facts, sweep.title, self.folder) }
    let asked = max(trials ?? 0, before?.trials ?? 0)
    if asked > 0 {
      guard let longer = sweep.strategy.lengthened(to: asked) else {
        throw ConfigurationProblems([
          sweep.diagnostic(
            PluginError(
              "\(sweep.strategy.pluginName) cannot be lengthened to \(asked) trials",
              remedy: "`random` and `tpe` can; begin another search for others"))
        ])
      }
      strategy = longer
    } else {
      strategy = sweep.strategy
    }
    lengthening = asked > 0 ? asked : nil
    parallel = sweep.parallel
  }

  private let lengthening: Int?

  /// Writes down what the folder is for.
  ///
  /// - Throws: ``RunFailure`` when it cannot be written, or another search has begun in it meanwhile.
  package func begin() throws {
    try RunFolder.make(folder)
    let file = folder + "/search.json"
    let lock = try FileLock.waiting(for: folder + "/search.lock")
    defer { withExtendedLifetime(lock) {} }
    if let now = try Self.read(file) {
      try Self.check(now.facts, sweep.facts, sweep.title, folder)
    }
    let value = ConfigValue.table([
      .init("sweep", sweep.facts),
      .init("trials", lengthening.map(ConfigValue.integer) ?? .null),
    ])
    do { try AtomicFile.write(JSONText.text(value) + "\n", to: file) } catch {
      throw RunFailure("\(error)")
    }
  }

  // MARK: What comes next

  /// Goes through the rounds in turn, as far as results of the rounds before are there.
  ///
  /// - Parameter visit: gets the steps of a round, and says whether they are done, so that the next may follow.
  package func rounds(_ visit: (_ number: Int, _ steps: [TrialStep]) throws -> Bool) throws {
    var given: [Int: TrialStep] = [:]
    var round = 0
    while true {
      let state = SearchState(
        space: sweep.space, seed: sweep.seed, epochs: sweep.epochs,
        trials: given.values.map(finished))
      let steps: [TrialStep]
      do { steps = try strategy.steps(inRound: round, of: state) } catch {
        throw ConfigurationProblems([sweep.diagnostic(error)])
      }
      guard !steps.isEmpty else { return }
      try check(steps, given, round)
      guard try visit(round, steps) else { return }
      for step in steps { given[step.index] = step }
      round += 1
    }
  }

  /// What a strategy may know of a trial: its results up to the epoch that was asked for, though it may have gone on
  /// since in a later round.
  private func finished(_ step: TrialStep) -> FinishedTrial {
    let epochs = step.epochs ?? sweep.epochs
    let record = record(step)
    var score = record.score
    var failed = record.state == .failed
    if record.epochs > epochs || (failed && step.epochs != nil) {
      let known = trialFolder(step.index).epochs.filter { $0.number <= epochs }
      failed = failed && known.count < epochs
      score = sweep.objective.score(known)?.value
    }
    return FinishedTrial(
      index: step.index, point: step.point,
      cost: failed ? .infinity : score.map { sweep.objective.cost($0) } ?? .infinity,
      epochs: epochs)
  }

  private func check(_ steps: [TrialStep], _ given: [Int: TrialStep], _ round: Int) throws {
    var known = Set<Int>()
    for step in steps {
      let before = given[step.index]
      let epochs = step.epochs ?? sweep.epochs
      var problem: String?
      if step.index < 0 || !known.insert(step.index).inserted {
        problem = "has trial \(step.index) twice in round \(round)"
      } else if !sweep.space.contains(step.point) {
        problem = "puts trial \(step.index) outside of the space"
      } else if let before, before.point != step.point {
        problem = "moves trial \(step.index) to another point in round \(round)"
      } else if epochs < 1 || epochs <= before.map({ $0.epochs ?? sweep.epochs }) ?? 0 {
        problem = "gives trial \(step.index) no more epochs in round \(round)"
      }
      guard let problem else { continue }
      throw ConfigurationProblems([
        sweep.diagnostic(PluginError("\(strategy.pluginName) \(problem); this is its mistake"))
      ])
    }
  }

  package func trialFolder(_ index: Int) -> TrialFolder { TrialFolder(folder, index) }

  package func record(_ step: TrialStep) -> TrialRecord {
    trialFolder(step.index).record(
      step.index, sweep.values(at: step.point), sweep.objective)
  }

  /// Whether a trial has done what a step asks for, or failed at it. It may be at work for a later round already.
  package func isDone(_ step: TrialStep, _ record: TrialRecord) -> Bool {
    switch record.state {
    case .done, .failed: true
    case .paused, .running, .interrupted: step.epochs.map { record.epochs >= $0 } ?? false
    case .waiting: false
    }
  }

  // MARK: Other sweeps

  private static func read(_ file: String) throws -> (facts: ConfigValue, trials: Int?)? {
    guard FileManager.default.fileExists(atPath: file) else { return nil }
    // As JSON: the text of a config may hold what a config's reader would take for a reference.
    guard let json = try? JSON.read(file), let facts = json["sweep"] else {
      throw RunFailure("\(file) is no record of a search: remove the folder, or name another")
    }
    var trials: Int?
    if case .integer(let count)? = json["trials"] { trials = count }
    return (ConfigValue(facts), trials)
  }

  /// Refuses a folder whose trials were made by a sweep that says something else.
  private static func check(
    _ before: ConfigValue, _ now: ConfigValue, _ file: String, _ folder: String
  ) throws {
    let old = Dictionary(before.leaves(), uniquingKeysWith: { $1 })
    // As the record would read.
    let new = Dictionary(now.leaves(), uniquingKeysWith: { $1 })
    let differences = Set(old.keys).union(new.keys).sorted().compactMap { path -> String? in
      switch (old[path], new[path]) {
      case (let was?, let isNow?) where !was.isSame(as: isNow):
        "\(path) was \(was), and is \(isNow)"
      case (nil, let isNow?): "\(path) is new: \(isNow)"
      case (let was?, nil): "\(path) was \(was), and is gone"
      default: nil
      }
    }
    guard !differences.isEmpty else { return }
    let shown = differences.prefix(10).map { "  " + Printable.short($0, 200) }
    let rest = differences.count - shown.count
    throw RunFailure(
      "\(folder) holds trials of another sweep than \(file) is now:\n"
        + shown.joined(separator: "\n") + (rest > 0 ? "\n  and \(rest) more" : "")
        + "\nname another folder with --output, or put the sweep back; more trials of the same are had "
        + "by --trials")
  }
}

extension ConfigValue {
  /// All values with their paths.
  fileprivate func leaves(_ path: String = "") -> [(String, ConfigValue)] {
    switch self {
    case .table(let entries) where !entries.isEmpty:
      entries.flatMap { $0.value.leaves(path.isEmpty ? $0.key : path + "." + $0.key) }
    case .list(let values) where !values.isEmpty:
      values.enumerated().flatMap { $1.leaves("\(path)[\($0)]") }
    default: [(path, self)]
    }
  }

  /// Whether both are written alike: 1 and 1.0 are one number.
  fileprivate func isSame(as other: ConfigValue) -> Bool {
    switch (self, other) {
    case (.integer(let a), .number(let b)), (.number(let b), .integer(let a)): Double(a) == b
    case (.number(let a), .text), (.text, .number(let a)):
      // What is not finite is text in JSON.
      !a.isFinite && description == other.description
    default: self == other
    }
  }
}
