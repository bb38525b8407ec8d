import EspalierHost

/// `resume RUN`
struct ResumeCommand: Command {
  static let name = "resume"
  static let summary = "goes on with a run that was interrupted"
  static let otherNames = ["continue"]
  static let details = """
    The run goes on as if it had never been interrupted, to the same bits. More epochs than it had,
    or anything else of its config, can be set; such a run is another one from there on.
    """
  static let examples = [
    "resume runs/digits-20260301-101500", "resume runs/digits-20260301-101500 --epochs 100",
  ]

  @Operand("the run's folder", as: "RUN", completes: .folders) var run: String
  @Option("the checkpoint to go on from; the last unless given", as: "NAME")
  var checkpoint: String?
  @Option("changes a value of the config: training.epochs=20", as: "PATH=VALUE") var set: [String]
  @Option("threads that compute; 0 for one a core", as: "N", in: 0...) var threads: Int?
  @Option("passes over the data: training.epochs", as: "N", in: 1...) var epochs: Int?
  @Option("how the run's course is shown", as: "STYLE") var progress: ProgressStyle?
  @Flag("prints the result as JSON") var json

  func run(_ context: Context) throws -> ExitStatus {
    var options = TrainingOptions()
    options.threads = threads
    options.commandLine = [context.program.name] + context.arguments
    return try TrainingReport.resume(
      run, checkpoint: checkpoint, sets: set + (epochs.map { ["training.epochs=\($0)"] } ?? []),
      options: options, progress, json, context)
  }
}
