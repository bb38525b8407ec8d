import EspalierHost
import EspalierProtocols

/// `predict RUN --input FILE`
struct PredictCommand: Command {
  enum Format: String, Choice { case csv, jsonl }

  static let name = "predict"
  static let summary = "applies a trained network to samples"
  static let otherNames = ["infer", "apply"]
  static let details = """
    Columns of the input are found by the names that they had in training; others are passed over,
    and the target may be missing. A row of the output belongs to the same row of the input. Of a
    folder of images, those in its folders too, each row begins with the file, sorted by name.
    """
  static let examples = [
    "predict runs/digits-20260301-101500 --input new.csv --output predictions.csv",
    "predict runs/digits-20260301-101500 --input - --format jsonl < new.csv",
    "predict runs/photos-20260301-101500 --input holiday",
  ]

  @Operand("the run's folder, or an ensemble's", as: "RUN", completes: .folders) var run: String
  @Option(
    "the samples: a file, a folder of images; - reads standard input", as: "FILE",
    completes: .files([]))
  var input: String
  @Option("where predictions go; - is standard output", as: "FILE", completes: .files([]))
  var output: String = "-"
  @Option("how they are written", as: "FORMAT") var format: Format = .csv
  @Option("threads that compute; 0 for one a core", as: "N", in: 0...) var threads: Int?

  func run(_ context: Context) throws -> ExitStatus {
    let predictions =
      Ensemble.isEnsemble(run)
      ? try context.ensemble(run, threads: threads).predict(file: input)
      : try context.trainedRun(run, threads: threads).predict(file: input)
    let file = try OutputFile(output, console: context.console.output)
    try PredictionText(predictions: predictions, format: format).write(to: file)
    try file.close()
    return .done
  }
}
