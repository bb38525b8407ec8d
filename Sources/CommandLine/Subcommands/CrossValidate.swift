import EspalierFormats
import EspalierHost
import EspalierProtocols

/// `crossvalidate CONFIG`
struct CrossValidateCommand: Command {
  static let name = "crossvalidate"
  static let summary = "trains a config on folds of its data and tells mean and deviation"
  static let otherNames = ["cv", "cross-validate", "kfold", "folds"]
  static let details = """
    What the config keeps for the test stays out of all folds and is not measured. The rest is cut
    into folds; each is the validation part of a run in DIR/fold-1 and so on, with transforms fitted
    to the other folds. The table has the results of the saved weights, their mean, and their
    deviation (n - 1). DIR gets out_of_fold.csv, a prediction for every sample by the model that has
    not seen it, and crossvalidation.json. The same command again goes on where it was ended.
    Without a word, folds have the same mix of classes.
    """
  static let examples = [
    "crossvalidate digits.yaml --folds 10",
    "crossvalidate patients.yaml --group patient --repeats 3 --parallel 4",
  ]

  @Operand(
    "the config; - reads standard input", as: "CONFIG", completes: .files(["yaml", "yml", "json"]))
  var config: String
  @Option("parts into which the samples are cut", as: "K", in: 2...) var folds: Int = 5
  @Option("how often they are cut anew", as: "N", in: 1...) var repeats: Int = 1
  @Option("column whose samples of one value stay in one fold: data.split.group", as: "COLUMN")
  var group: String?
  @Flag("the same mix of classes in every fold: data.split.stratify") var stratified
  @Flag("folds by chance, or in the order of the data") var noStratified
  @Option("changes a value of the config: training.epochs=20", as: "PATH=VALUE") var set: [String]
  @Option("the folder; runs/NAME-crossvalidation unless given", as: "DIR", completes: .folders)
  var output: String?
  @Flag("begins anew, whatever is in the folder") var force
  @Option("folds at a time, each with one thread", as: "N", in: 1...) var parallel: Int = 1
  @Option("threads that compute; 0 for one a core", as: "N", in: 0...) var threads: Int?
  @Option("how the course of each run is shown", as: "STYLE") var progress: ProgressStyle?
  @Flag("prints the result as JSON") var json

  func run(_ context: Context) throws -> ExitStatus {
    guard !stratified || !noStratified else {
      throw UsageError("--stratified and --no-stratified: leave one out")
    }
    let catalog = try context.catalog(for: config)
    let configuration = try context.configuration(config, set: settings, catalog: catalog)
    let report = try SeriesReport(
      context, catalog: catalog, progress: progress, threads: threads, force: force,
      parallel: parallel)
    let folder = output ?? "\(configuration.output)/\(configuration.name)-crossvalidation"
    let validation = CrossValidation(
      folds: folds, repetitions: repeats, in: folder, load: report.loader(config, set: settings))
    try validation.check()
    return try HeldFolder.holding(folder) {
      try train(validation, report, catalog, context)
    }
  }

  private func train(
    _ validation: CrossValidation, _ report: SeriesReport, _ catalog: Catalog, _ context: Context
  ) throws -> ExitStatus {
    let folder = validation.folder
    let (summaries, status) = try report.train(validation.members, parallel: parallel)
    guard let summaries else { return status }
    let result = CrossValidationResult(validation.all, summaries)
    do {
      try OutOfFold.write(
        validation.all, to: folder + "/out_of_fold.csv", catalog: catalog,
        defaults: context.program.defaults(), threads: threads)
      try AtomicFile.write(JSON.page(result.configValue), to: folder + "/crossvalidation.json")
    } catch let error as FormatError { throw CommandFailure("\(error)") }
    context.print(json ? JSON.page(result.configValue) : text(result, folder))
    return .done
  }

  private var settings: [String] {
    self.set + (group.map { ["data.split.group=\($0)"] } ?? [])
      + (stratified ? ["data.split.stratify=true"] : [])
      + (noStratified ? ["data.split.stratify=false"] : [])
  }

  private func text(_ result: CrossValidationResult, _ folder: String) -> String {
    var rows = [["fold"] + result.measures.map(\.name)]
    for (place, fold) in result.folds.enumerated() {
      let name = repeats == 1 ? "\(fold.number)" : "\(fold.repetition).\(fold.number)"
      rows.append([name] + result.measures.map { Columns.brief($0.values[place]) })
    }
    rows.append(["mean"] + result.measures.map { Columns.brief($0.mean) })
    rows.append(["deviation"] + result.measures.map { Columns.brief($0.deviation) })
    let numbers = [Columns.Alignment](repeating: .right, count: result.measures.count)
    return "folds in \(folder)\n\n" + Columns.text(rows, [.left] + numbers)
  }
}
