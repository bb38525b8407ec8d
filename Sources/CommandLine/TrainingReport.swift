import EspalierHost
import EspalierProtocols

/// What `train` and `resume` print when the run is over.
struct TrainingReport {
  let result: TrainingResult
  let json: Bool

  static func resume(
    _ folder: String, checkpoint: String?, sets: [String], options: TrainingOptions,
    _ progress: ProgressStyle?, _ json: Bool, _ context: Context
  ) throws -> ExitStatus {
    let catalog = try context.catalog(forRun: folder)
    var defaults = context.program.defaults()
    if let progress { try progress.apply(to: &defaults.callbacks, context.console.error) }
    let result = try Training.resume(
      folder, checkpoint: checkpoint ?? "last", catalog: catalog, defaults: defaults,
      options: options, sets: sets)
    return TrainingReport(result: result, json: json).print(context)
  }

  func print(_ context: Context) -> ExitStatus {
    context.print(json ? JSON.page(value) : text)
    if let failure = result.reportFailure {
      context.note("warning: the run's report could not be written: \(failure)")
    }
    switch result.end {
    case .finished: break
    case .stopped(let reason): context.note("stopped: \(reason)")
    case .interrupted(let signal):
      context.note("interrupted by \(Self.name(signal))")
      if let folder = result.folder {
        context.note("go on with: \(context.program.name) resume \(Self.quoted(folder))")
      }
      return .interrupted(signal: signal)
    }
    return .done
  }

  private var text: String {
    var rows: [[String]] = []
    if let folder = result.folder { rows.append(["run", folder]) }
    rows.append(["epochs", "\(result.summary.epochs)"])
    if let best = result.bestEpoch { rows.append(["best epoch", "\(best)"]) }
    if let drawn = result.summary.drawnSamples, let all = result.summary.samples["train"] {
      rows.append(["drawn", "\(drawn) an epoch from \(all) training samples"])
    }
    if let users = result.summary.testInputsUsedBy {
      rows.append(["test inputs", "seen by \(users.joined(separator: ", ")) in training"])
    }
    if let start = result.summary.startedFrom { rows.append(["started from", start.line]) }
    let left = result.summary.cleaning.filter { $0.total > 0 || !$0.notes.isEmpty }
    for (index, report) in left.enumerated() {
      rows.append([index == 0 ? "left out" : "", Self.words(report)])
    }
    let streamed = result.summary.streamed == true ? ["read from the source while training"] : []
    for (index, note) in (streamed + (result.summary.dataNotes ?? [])).enumerated() {
      rows.append([index == 0 ? "data" : "", note])
    }
    return Columns.text(rows) + "\n" + ResultTable.text(result.summary.results)
  }

  private var value: ConfigValue {
    let results = result.summary.results.sorted { $0.key < $1.key }.map {
      ConfigValue.Entry($0.key, JSON.numbers($0.value))
    }
    return .table([
      .init("folder", JSON.text(result.folder)), .init("status", .text(result.summary.status)),
      .init("reason", JSON.text(result.summary.reason)),
      .init("epochs", .integer(result.summary.epochs)),
      .init("best_epoch", result.bestEpoch.map(ConfigValue.integer) ?? .null),
      .init(
        "left_out",
        .table(result.summary.cleaning.map { .init($0.cleaner, .integer($0.total)) })),
      .init("notes", .list((result.summary.dataNotes ?? []).map(ConfigValue.text))),
      .init("started_from", result.summary.startedFrom.map(JSON.start) ?? .null),
      .init("results", .table(results)),
    ])
  }

  /// `duplicates: 12 samples; 3 have …`
  private static func words(_ report: CleaningReport) -> String {
    let parts = [
      ("", report.source), (" of training", report.training), (" of validation", report.validation),
      (" of test", report.test),
    ].filter { $0.1 > 0 }.map { "\($0.1) \($0.1 == 1 ? "sample" : "samples")\($0.0)" }
    let counts = parts.isEmpty ? "no sample" : parts.joined(separator: ", ")
    return ([report.cleaner + ": " + counts] + report.notes).joined(separator: "; ")
  }

  private static func name(_ signal: Int32) -> String {
    switch signal {
    case 2: "SIGINT"
    case 15: "SIGTERM"
    default: "signal \(signal)"
    }
  }

  /// A path as a shell reads it.
  static func quoted(_ path: String) -> String {
    let isPlain = path.unicodeScalars.allSatisfy {
      $0.properties.isAlphabetic || ("0"..."9").contains($0)
        || "/._-+:,=@%".unicodeScalars.contains($0)
    }
    if isPlain, !path.isEmpty { return path }
    return "'"
      + path.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''")
      + "'"
  }
}
