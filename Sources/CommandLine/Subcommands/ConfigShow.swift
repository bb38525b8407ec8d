import EspalierHost

/// `config show CONFIG`
struct ConfigShowCommand: Command {
  static let name = "show"
  static let summary = "prints a config with every default filled in"
  static let otherNames = ["render", "resolve", "print"]
  static let details = """
    What is printed is a config itself, and the same run. With --origins each line tells where its
    value comes from: a file and line, --set, or a default.
    """
  static let examples = ["config show digits.yaml --origins"]

  @Operand(
    "the config; - reads standard input", as: "CONFIG", completes: .files(["yaml", "yml", "json"]))
  var config: String
  @Option("changes a value of the config: training.epochs=20", as: "PATH=VALUE") var set: [String]
  @Flag("tells where each value comes from") var origins

  func run(_ context: Context) throws -> ExitStatus {
    let configuration = try context.configuration(
      config, set: set, catalog: try context.catalog(for: config))
    context.print(configuration.yaml(.init(showsOrigins: origins)))
    return .done
  }
}
