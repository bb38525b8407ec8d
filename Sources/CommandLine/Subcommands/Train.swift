import EspalierHost
import EspalierProtocols

/// `train CONFIG`
struct TrainCommand: Command {
  static let name = "train"
  static let summary = "trains the network that a config describes"
  static let otherNames = ["fit", "run", "learn"]
  static let details = """
    The run's folder (runs/NAME-TIME unless --output names another) holds the config with every
    default filled in, weights, logs, checkpoints and the summary. Ctrl-C ends the step, saves, and
    tells how to go on; a second one ends at once. SIGUSR1 saves and goes on.
    """
  static let examples = [
    "train digits.yaml",
    "train digits.yaml --set optimizer.adam.learning_rate=3e-4 --epochs 20",
    "train --resume runs/digits-20260301-101500",
  ]

  @Operand(
    "the config of the run; - reads standard input", as: "CONFIG",
    completes: .files(["yaml", "yml", "json"])) var config: String?
  @Option("changes a value of the config: training.epochs=20", as: "PATH=VALUE") var set: [String]
  @Option("the run's folder", as: "DIR", completes: .folders) var output: String?
  @Flag("replaces a run that is in the folder already") var force
  @Option("goes on with the run in this folder", as: "RUN", completes: .folders)
  var resume: String?
  @Option("threads that compute; 0 for one a core", as: "N", in: 0...) var threads: Int?
  @Option("seed of all random numbers: training.seed", as: "N", in: 0...) var seed: Int?
  @Option("passes over the data: training.epochs", as: "N", in: 1...) var epochs: Int?
  @Option("how the run's course is shown", as: "STYLE") var progress: ProgressStyle?
  @Flag("prints the result as JSON") var json

  func run(_ context: Context) throws -> ExitStatus {
    if let resume {
      guard config == nil else {
        throw UsageError(
          "the run in \(resume) has its config with it: leave \(config ?? "") out, "
            + "and change values with --set")
      }
      guard output == nil, !force else {
        throw UsageError("--resume goes on in its own folder: leave --output and --force out")
      }
      return try TrainingReport.resume(
        resume, checkpoint: nil, sets: settings, options: options(context), progress, json, context)
    }
    guard let config else {
      throw UsageError("CONFIG is missing: the config of the run, or --resume with a run's folder")
    }
    let catalog = try context.catalog(for: config)
    var configuration = try context.configuration(config, set: settings, catalog: catalog)
    var defaults = context.program.defaults()
    if let progress {
      try progress.apply(to: &defaults.callbacks, context.console.error)
      try progress.apply(to: &configuration.callbacks, context.console.error)
    }
    let result = try Training.run(
      configuration, catalog: catalog, defaults: defaults, options: options(context))
    return TrainingReport(result: result, json: json).print(context)
  }

  /// `--set`, and the options that are short for it.
  private var settings: [String] {
    self.set + (seed.map { ["training.seed=\($0)"] } ?? [])
      + (epochs.map { ["training.epochs=\($0)"] } ?? [])
  }

  private func options(_ context: Context) -> TrainingOptions {
    var options = TrainingOptions()
    options.output = output
    options.force = force
    options.threads = threads
    options.commandLine = [context.program.name] + context.arguments
    return options
  }
}
