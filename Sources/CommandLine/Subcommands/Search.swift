import EspalierHost
import EspalierProtocols
import Foundation

/// `search SWEEP`
struct SearchCommand: Command {
  static let name = "search"
  static let summary = "trains a trial for each choice of values, and tells the best"
  static let otherNames = ["sweep", "tune", "hyperparameters", "optimize"]
  static let details = """
    A sweep is a file that names a config, values or ranges of what is searched, and a strategy. All
    configs that can be told before are checked before the first trial starts. Trials run side by side,
    a process and a folder each. The same command goes on where a search was interrupted or killed:
    what is done stays, and what was begun goes on from its checkpoint.
    """
  static let examples = [
    "search sweep.yaml",
    "search sweep.yaml --list",
    "search sweep.yaml --set training.epochs=5 --output runs/quick",
    "search sweep.yaml --index 7 --output runs/sweep",
    "search sweep.yaml --emit slurm > sweep.sh",
  ]

  @Operand("the sweep", as: "SWEEP", completes: .files(["yaml", "yml", "json"])) var sweep: String
  @Option(
    "changes a value of all trials' configs, or of the sweep: strategy.random.trials=10",
    as: "PATH=VALUE") var set: [String]
  @Option("the search's folder", as: "DIR", completes: .folders) var output: String?
  @Option("trials at a time; as many as there are cores unless given", as: "N", in: 1...1024)
  var parallel: Int?
  @Option("trials in all, more than the sweep says", as: "N", in: 1...100_000) var trials: Int?
  @Option("seed of the strategy, in place of the sweep's", as: "N", in: 0...) var seed: Int?
  @Option("runs this trial alone, in this process", as: "N", in: 0...) var index: Int?
  @Option("threads of the trial that --index names; 0 for one a core", as: "N", in: 0...)
  var threads: Int?
  @Flag("shows the values of all trials that are known, and runs none") var list
  @Flag("runs trials once more that have failed") var retryFailed
  @Option("prints a script that runs the trials as jobs of a cluster", as: "SYSTEM")
  var emit: JobSystem?
  @Option("how the search's course is shown", as: "STYLE") var progress: ProgressStyle?
  @Flag("prints the result as JSON") var json

  func run(_ context: Context) throws -> ExitStatus {
    guard sweep != "-" else {
      throw UsageError("a sweep is a file, since its trials read it too: - cannot be searched")
    }
    let catalog = try context.catalog(forSweep: sweep)
    let loaded = try SweepLoader(
      ConfigurationLoader(catalog: catalog, environment: context.console.environment)
    ).load(sweep, sets: set, seed: seed)
    let search = try Search(loaded, folder: output, trials: trials)
    if let emit {
      try loaded.checkTrials()
      context.print(try JobScript(search, emit, self, context).text())
      return .done
    }
    if list { return try showList(search, context) }
    if let index { return try runTrial(index, of: search, context) }
    return try runAll(search, context)
  }

  // MARK: All trials

  private func runAll(_ search: Search, _ context: Context) throws -> ExitStatus {
    if !search.sweep.warnings.isEmpty {
      context.console.error.write(
        context.diagnosticText.text(ConfigurationProblems(search.sweep.warnings)))
    }
    try search.sweep.checkTrials()
    try search.begin()
    if retryFailed { try search.forgetFailures() }
    let display = SearchProgress(search, progress ?? .auto, context.console.error)
    var written = ContinuousClock.now
    let runner = SearchRunner(
      search, executable: try Self.executable(), parallel: parallel ?? search.sweep.parallel,
      arguments: { [sweep, seed, set] index, threads in
        ["search", sweep, "--output", search.folder] + set.flatMap { ["--set", $0] }
          + (seed.map { ["--seed", "\($0)"] } ?? [])
          + ["--index", "\(index)", "--threads", "\(threads)"]
      },
      report: { record, done, count in
        display.show(record, done, count)
        // Others may look while the search is under way; reading all trials takes its time.
        guard ContinuousClock.now - written > .seconds(2) else { return }
        try? SearchResults(search).writeTable()
        written = .now
      })
    let signal = try runner.run()
    let results = try SearchResults(search)
    try results.writeTable()
    try results.writeBest()
    if signal == nil { results.removeWeights() }
    let report = SearchReport(results)
    context.print(json ? JSON.page(report.value) : report.text)
    if let signal {
      context.note("interrupted; trials that were under way are saved")
      context.note("go on with the same command: \(Self.words(context))")
      return .interrupted(signal: signal)
    }
    return results.best == nil ? .failed : .done
  }

  /// The command line as it was given.
  private static func words(_ context: Context) -> String {
    ([context.program.name] + context.arguments).map(TrainingReport.quoted).joined(separator: " ")
  }

  /// This program's own file, wherever it was found.
  private static func executable() throws -> String {
    guard let path = Bundle.main.executablePath else {
      throw CommandFailure("this program does not find its own file, which trials are to run")
    }
    return path
  }

  // MARK: One trial

  private func runTrial(_ index: Int, of search: Search, _ context: Context) throws -> ExitStatus {
    guard !retryFailed else {
      throw UsageError("--retry-failed is for the search as a whole: leave --index out")
    }
    try search.begin()
    let step = try SearchStep.next(index, of: search)
    var defaults = context.program.defaults()
    if let progress { try progress.apply(to: &defaults.callbacks, context.console.error) }
    var options = TrainingOptions()
    options.threads = threads
    options.commandLine = [context.program.name] + context.arguments
    let (record, signal) = try TrialRun(search, step, defaults: defaults, options: options).run()
    context.print(
      json ? JSON.page(record.value) : SearchProgress.line(record, search.sweep.objective) + "\n")
    if let signal { return .interrupted(signal: signal) }
    return record.state == .failed ? .failed : .done
  }

  private func showList(_ search: Search, _ context: Context) throws -> ExitStatus {
    let results = try SearchResults(search)
    let report = SearchReport(results)
    context.print(json ? JSON.page(report.value) : report.list)
    if !results.isComplete, search.strategy.isAdaptive {
      context.note("further trials depend on the results of these")
    }
    return .done
  }
}

/// What a trial has to do next, found by its number.
enum SearchStep {
  static func next(_ index: Int, of search: Search) throws -> TrialStep {
    var found: TrialStep?
    var count = 0
    var missing: [Int] = []
    try search.rounds { _, steps in
      count = max(count, (steps.map(\.index).max() ?? -1) + 1)
      if let step = steps.first(where: { $0.index == index }) {
        found = step
        if !search.isDone(step, search.record(step)) { return false }
      }
      missing = steps.filter { !search.isDone($0, search.record($0)) }.map(\.index)
      return missing.isEmpty
    }
    if let found { return found }
    guard missing.isEmpty || !search.strategy.isAdaptive else {
      let numbers = missing.prefix(10).map(String.init).joined(separator: ", ")
      throw CommandFailure(
        "trial \(index) is not known yet: what it is depends on trials that are not done: \(numbers)"
          + (missing.count > 10 ? ", …" : ""))
    }
    throw CommandFailure(
      "there is no trial \(index): the search has \(count), numbered from 0 to \(count - 1)")
  }
}
