import EspalierFormats
import EspalierHost
import EspalierProtocols

/// `compare RUN…`
struct CompareCommand: Command {
  static let name = "compare"
  static let summary = "tells which of some runs is better, and in what their configs differ"
  static let otherNames = ["diff", "versus"]
  static let details = """
    Runs whose configs differ in their seed alone are one group; its result is the mean, with the
    deviation (n - 1) over the seeds. Compared is what the config's callbacks watch, or validation
    loss: of the saved weights, or of the best epoch where a run has not ended. Groups of several
    runs are compared by Welch's test. Curves tell whether a run underfits (a tenth or less of what
    there is to learn is learned), overfits (a tenth of what was gained on validation samples is
    lost again while the training loss falls), or neither.
    """
  static let examples = [
    "compare runs/adam-1 runs/adam-2 runs/sgd-1 runs/sgd-2",
    "compare runs/a runs/b --metric validation_accuracy --csv curves.csv",
  ]

  @Operand("folders of runs", as: "RUN", completes: .folders) var runs: [String]
  @Option("what is compared: validation_accuracy", as: "NAME") var metric: String?
  @Option("a table of all results of all epochs; - is standard output", as: "FILE")
  var csv: String?
  @Flag("prints the comparison as JSON") var json

  func run(_ context: Context) throws -> ExitStatus {
    guard !runs.isEmpty else { throw UsageError("RUN is missing: the folders of runs") }
    guard !json || csv != "-" else {
      throw UsageError("--json and --csv - both print: give --csv a file")
    }
    let records = try runs.map { try RunRecord(reading: $0) }
    let comparison = try Comparison(
      records, metric: metric, catalog: try context.catalog(forRun: runs[0]))
    if let csv { try write(comparison, to: csv, context) }
    if json {
      context.print(JSON.page(ComparisonValue(comparison: comparison).value))
    } else if csv != "-" {
      context.print(ComparisonText(comparison: comparison).text)
    }
    return .done
  }

  /// A line for each epoch of each run.
  private func write(_ comparison: Comparison, to path: String, _ context: Context) throws {
    let file = try OutputFile(path, console: context.console.output)
    let runs = comparison.groups.enumerated().flatMap { place, group in
      group.runs.map { (ComparisonText.name(place), $0) }
    }
    let names = Set(runs.flatMap { $0.1.epochs.flatMap(\.results.keys) }).sorted()
    try file.write(CSVText.line(["group", "run", "epoch"] + names))
    for (group, run) in runs {
      for epoch in run.epochs {
        try file.write(
          CSVText.line(
            [group, run.folder, "\(epoch.number)"]
              + names.map { name in epoch.results[name].map { "\($0)" } ?? "" }))
      }
    }
    try file.close()
  }
}
