import EspalierHost
import EspalierProtocols

/// Trains runs that belong together and tells of each as it ends.
struct SeriesReport: Sendable {
  let context: Context
  let catalog: Catalog
  let progress: ProgressStyle?
  let options: TrainingOptions

  /// - Parameter parallel: how many run at a time; a display of each would be none of any.
  init(
    _ context: Context, catalog: Catalog, progress: ProgressStyle?, threads: Int?, force: Bool,
    parallel: Int
  ) throws {
    if parallel > 1, let progress, progress != .none {
      throw UsageError(
        "--progress shows one run, and --parallel \(parallel) trains several at a time")
    }
    self.context = context
    self.catalog = catalog
    self.progress = progress
    var options = TrainingOptions()
    options.threads = threads
    options.force = force
    options.commandLine = [context.program.name] + context.arguments
    self.options = options
  }

  var series: RunSeries {
    RunSeries(
      catalog: catalog,
      defaults: { [context, progress] in
        var defaults = context.program.defaults()
        try (progress ?? .none).apply(to: &defaults.callbacks, context.console.error)
        return defaults
      }, options: options)
  }

  /// Reads the config anew at each call.
  func loader(
    _ config: String, set: [String]
  ) -> @Sendable () throws -> RunConfiguration {
    { [context, catalog, progress] in
      if config == "-" { StandardInput.rewind() }
      var configuration = try ConfigurationLoader.load(
        path: config, catalog: catalog, sets: set, environment: context.console.environment)
      try (progress ?? .none).apply(to: &configuration.callbacks, context.console.error)
      return configuration
    }
  }

  /// Trains all.
  ///
  /// - Returns: what they came to; `nil` when a signal ended it, of which the user is told.
  func train(
    _ members: [RunSeries.Member], parallel: Int
  ) throws -> (summaries: [RunSummary]?, status: ExitStatus) {
    let outcomes = try series.train(members, parallel: parallel) { [self] member, outcome in
      tell(member, outcome)
    }
    for outcome in outcomes {
      if case .interrupted(let signal) = outcome { return (nil, interrupted(signal)) }
    }
    return (outcomes.compactMap(\.summary), .done)
  }

  func interrupted(_ signal: Int32) -> ExitStatus {
    context.note("interrupted; the same command goes on from here")
    return .interrupted(signal: signal)
  }

  /// `fold 2 of 5: validation loss 0.1312, accuracy 0.9889; 38 epochs in 1.2 s`
  func tell(_ member: RunSeries.Member, _ outcome: RunSeries.Outcome, more: String = "") {
    guard let summary = outcome.summary else { return }
    let results = (summary.results["validation"] ?? summary.results["train"] ?? [:]).sorted {
      ($0.key == "loss" ? 0 : 1, $0.key) < ($1.key == "loss" ? 0 : 1, $1.key)
    }
    let part = summary.results["validation"] == nil ? "train" : "validation"
    let words = results.map { "\($0.key) \(Columns.brief($0.value))" }.joined(separator: ", ")
    var line = "\(member.title): \(part) \(words)"
    switch outcome {
    case .found: line += "; done before"
    default:
      let epochs = "\(summary.epochs) \(summary.epochs == 1 ? "epoch" : "epochs")"
      line += "; \(epochs) in \(Columns.brief(summary.seconds.training)) s"
    }
    context.note(line + more)
  }
}
