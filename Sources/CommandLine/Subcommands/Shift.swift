import EspalierHost
import EspalierProtocols

/// `shift CONFIG`
struct ShiftCommand: Command {
  static let name = "shift"
  static let summary = "tells whether test samples differ from training samples, and in what"
  static let otherNames = ["drift"]
  static let details = """
    Compares each feature (Kolmogorov-Smirnov test of numbers, chi-square test of categories and of
    missing values, corrected for their number), all features together (how well a logistic
    regression tells the two sides apart), and the targets where both have them. Values are as the
    source gives them. Nothing is trained or written. What is learned of the test inputs here should
    not choose the model that is then measured on them.
    """
  static let examples = ["shift wards.yaml", "shift wards.yaml --against new.csv --json"]

  @Operand(
    "the config; - reads standard input", as: "CONFIG", completes: .files(["yaml", "yml", "json"]))
  var config: String
  @Option("samples to compare with; the test split unless given", as: "FILE", completes: .files([]))
  var against: String?
  @Option("the most samples of each side, drawn at random", as: "N", in: 20...)
  var samples: Int = 5000
  @Option("chance of seeing a shift where there is none", as: "P", in: Bounds.openUnit)
  var level: Double = 0.01
  @Option("seed of the drawing; the run's unless given", as: "N", in: 0...) var seed: Int?
  @Option("changes a value of the config: data.split.test=0.2", as: "PATH=VALUE") var set: [String]
  @Flag("prints the result as JSON") var json

  func run(_ context: Context) throws -> ExitStatus {
    let catalog = try context.catalog(for: config)
    let configuration = try context.configuration(config, set: set, catalog: catalog)
    var options = ShiftReport.Options()
    options.samples = samples
    options.level = level
    options.seed = seed.map { UInt64($0) }
    let report = try ShiftReport(
      configuration, catalog: catalog, against: against, options: options)
    let text = ShiftText(report: report)
    context.print(json ? JSON.page(text.value) : text.text)
    return .done
  }
}
