import EspalierHost

/// `plan CONFIG`
struct PlanCommand: Command {
  static let name = "plan"
  static let summary = "shows layers, memory, kernels and callbacks of a run before it runs"
  static let otherNames = ["dry-run", "inspect"]
  static let examples = ["plan digits.yaml", "plan digits.yaml --set training.batch_size=256"]

  @Operand(
    "the config; - reads standard input", as: "CONFIG", completes: .files(["yaml", "yml", "json"]))
  var config: String
  @Option("changes a value of the config: training.epochs=20", as: "PATH=VALUE") var set: [String]
  @Flag("prints the plan as JSON") var json

  func run(_ context: Context) throws -> ExitStatus {
    let catalog = try context.program.catalog()
    let configuration = try context.configuration(config, set: set, catalog: catalog)
    let report = try PlanReport(
      configuration, catalog: catalog, defaults: context.program.defaults())
    context.print(json ? report.json : report.text)
    return .done
  }
}
