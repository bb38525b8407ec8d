import EspalierHost
import EspalierProtocols

/// `evaluate RUN`
struct EvaluateCommand: Command {
  enum Split: String, Choice { case test, validation, train }

  static let name = "evaluate"
  static let summary = "measures a trained network on a split of its data, or on a file"
  static let otherNames = ["test", "eval", "score", "validate"]
  static let details = """
    Without --split and --input it is the run's test split, or, where there is none, its validation
    split. The saved weights are the best ones if the run kept them, else the last.
    """
  static let examples = [
    "evaluate runs/digits-20260301-101500",
    "evaluate runs/digits-20260301-101500 --input new.csv --json",
  ]

  @Operand("the run's folder, or an ensemble's", as: "RUN", completes: .folders) var run: String
  @Option("the part of the run's own data", as: "PART") var split: Split?
  @Option(
    "a file of samples with their targets, in the form of the run's data", as: "FILE",
    completes: .files([])) var input: String?
  @Option("threads that compute; 0 for one a core", as: "N", in: 0...) var threads: Int?
  @Flag("prints the results as JSON") var json

  func run(_ context: Context) throws -> ExitStatus {
    guard split == nil || input == nil else {
      throw UsageError("--split means the run's own data, --input another file: leave one out")
    }
    let part = split.flatMap { TrainedRun.Split(rawValue: $0.rawValue) }
    let result: TrainedRun.Evaluation
    if Ensemble.isEnsemble(run) {
      let ensemble = try context.ensemble(run, threads: threads)
      result = try input.map { try ensemble.evaluate(file: $0) } ?? ensemble.evaluate(part)
    } else {
      let trained = try context.trainedRun(run, threads: threads)
      result = try input.map { try trained.evaluate(file: $0) } ?? trained.evaluate(part)
    }
    context.print(json ? JSON.page(Self.value(result)) : Self.text(result))
    return .done
  }

  private static func text(_ result: TrainedRun.Evaluation) -> String {
    var text = "\(result.name), \(result.samples) samples\n\n" + ResultTable.text(result.metrics)
    for (name, matrix) in result.matrices.sorted(by: { $0.key < $1.key }) {
      guard case .matrix(let labels, let counts) = matrix else { continue }
      text += "\n" + ResultTable.text(name, labels, counts)
    }
    return text
  }

  private static func value(_ result: TrainedRun.Evaluation) -> ConfigValue {
    var entries: [ConfigValue.Entry] = [
      .init("data", .text(result.name)), .init("samples", .integer(result.samples)),
      .init("metrics", JSON.numbers(result.metrics)),
    ]
    let matrices = result.matrices.sorted { $0.key < $1.key }.compactMap {
      name, matrix -> ConfigValue.Entry? in
      guard case .matrix(let labels, let counts) = matrix else { return nil }
      return .init(
        name,
        .table([
          .init("labels", .list(labels.map(ConfigValue.text))),
          .init("counts", .list(counts.map { .list($0.map(JSON.number)) })),
        ]))
    }
    if !matrices.isEmpty { entries.append(.init("matrices", .table(matrices))) }
    return .table(entries)
  }
}
