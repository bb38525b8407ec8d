import EspalierHost
import EspalierProtocols

/// `config check CONFIG`
struct ConfigCheckCommand: Command {
  enum Format: String, Choice { case text, json }

  static let name = "check"
  static let summary = "tells what is wrong with a config"
  static let otherNames = ["validate", "lint"]
  static let details = """
    All problems are told together, each with its place and what to write instead; nothing is
    trained, and no data is opened. With --format json they are printed for other programs.
    """
  static let examples = ["config check digits.yaml", "config check digits.yaml --format json"]

  @Operand(
    "the config; - reads standard input", as: "CONFIG", completes: .files(["yaml", "yml", "json"]))
  var config: String
  @Option("changes a value of the config: training.epochs=20", as: "PATH=VALUE") var set: [String]
  @Option("how problems are told", as: "FORMAT") var format: Format = .text
  @Flag("takes warnings for errors") var strict

  func run(_ context: Context) throws -> ExitStatus {
    var problems = ConfigurationProblems([])
    var configuration: RunConfiguration?
    do {
      let found = try ConfigurationLoader.load(
        path: config, catalog: try context.catalog(for: config), sets: set,
        environment: context.console.environment)
      problems = ConfigurationProblems(found.warnings)
      configuration = found
    } catch let found as ConfigurationProblems {
      problems = found
    }
    switch format {
    case .json: context.print(problems.json + "\n")
    case .text:
      if !problems.diagnostics.isEmpty {
        context.console.error.write(context.diagnosticText.text(problems))
      }
      if let configuration { context.print(summary(configuration)) }
    }
    return configuration == nil || (strict && !problems.diagnostics.isEmpty) ? .wrongUsage : .done
  }

  private func summary(_ configuration: RunConfiguration) -> String {
    let layers = configuration.model.count
    let name = config == "-" ? "standard input" : config
    return "\(name) reads well: \(layers) layer\(layers == 1 ? "" : "s"), "
      + "\(configuration.loss.pluginName), \(configuration.optimizer.pluginName)\n"
  }
}
