import EspalierHost
import EspalierProtocols
import EspalierReports
import Foundation

/// `report RUN…`
struct ReportCommand: Command {
  enum Better: String, Choice { case higher, lower }

  static let name = "report"
  static let summary = "writes a page on a run, on several, or on a search"
  static let otherNames = ["html", "show", "plot", "view"]
  static let details = """
    One file that needs neither network nor scripts. Of one run: learning curves, what the model says
    of the test split (else of the validation split), its surest mistakes, and the config. Of several:
    their results, curves and the differences of their configs. Of a folder of a search: which values
    of the parameters did well.

    A run's page lies in its folder (report.html), and is there from its end on. One of several runs is
    written where the program runs, unless --output names a file.
    """
  static let examples = [
    "report runs/digits-20260301-101500",
    "report runs/digits-* --output comparison.html",
  ]

  @Operand("folders of runs, or the folder of a search", as: "RUN", completes: .folders)
  var runs: [String]
  @Option("the page; - is standard output", as: "FILE", completes: .files(["html"]))
  var output: String?
  @Option("samples that are predicted for the page at most", as: "N", in: 2...)
  var samples: Int = 10_000
  @Option("of a search: which scores are better; unless given, its runs tell", as: "WHICH")
  var better: Better?
  @Option("threads that compute; 0 for one a core", as: "N", in: 0...) var threads: Int?

  func run(_ context: Context) throws -> ExitStatus {
    guard let first = runs.first else {
      throw UsageError("RUN is missing: the folder of a run, of several, or of a search")
    }
    let page: String
    let path: String
    if runs.count > 1 {
      page = RunReport.page(
        comparing: try runs.map { try ReportedRun(folder: Self.trimmed($0)) })
      path = output ?? "report.html"
    } else if TrialTable.isFolder(first) {
      let folder = Self.trimmed(first)
      page = RunReport.page(
        of: try TrialTable(reading: folder), higherIsBetter: better.map { $0 == .higher })
      path = output ?? folder + "/report.html"
    } else {
      let folder = Self.trimmed(first)
      page = RunReport.page(of: try self.run(folder, context))
      path = output ?? folder + "/report.html"
    }
    let file = try OutputFile(path, console: context.console.output)
    try file.write(page)
    try file.close()
    if path != "-" { context.print("report  \(path)\n") }
    return .done
  }

  /// The run with its model, or as far as it can be told without.
  private func run(_ folder: String, _ context: Context) throws -> ReportedRun {
    // A folder that is none of a run is told before anything else.
    let record = try RunRecord(reading: folder)
    var configuration: RunConfiguration?
    do {
      let catalog = try context.catalog(forRun: folder)
      guard FileManager.default.fileExists(atPath: folder + "/weights.safetensors") else {
        configuration = try ConfigurationLoader.load(
          path: folder + "/config.yaml", catalog: catalog)
        let state = record.summary?.status == "failed" ? "has failed" : "has not ended"
        return try ReportedRun(
          folder: folder, configuration: configuration,
          gap: "The run \(state): there are no weights to predict with.")
      }
      let trained = try TrainedRun.open(
        folder, catalog: catalog, defaults: context.program.defaults(), threads: threads)
      configuration = trained.configuration
      let run = try ReportedRun(folder: folder, trained: trained, samples: samples)
      if let gap = run.gap { context.note("note: \(gap)") }
      return run
    } catch {
      let gap = "What needs predictions is left out: \(ReportedRun.words(error))"
      context.note("warning: \(gap)")
      return try ReportedRun(folder: folder, configuration: configuration, gap: gap)
    }
  }

  private static func trimmed(_ folder: String) -> String {
    folder.count > 1 && folder.hasSuffix("/") ? String(folder.dropLast()) : folder
  }
}
