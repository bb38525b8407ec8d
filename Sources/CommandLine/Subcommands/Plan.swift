import EspalierHost
import EspalierProtocols

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
    let catalog = try context.catalog(for: config)
    let configuration = try context.configuration(config, set: set, catalog: catalog)
    let report = try PlanReport(
      configuration, catalog: catalog, defaults: context.program.defaults())
    context.print(json ? JSON.page(Self.value(report)) : report.text + "\n")
    return .done
  }

  private static func value(_ report: PlanReport) -> ConfigValue {
    let layers = report.layers.map { layer in
      ConfigValue.table([
        .init("name", .text(layer.name)), .init("plugin", .text(layer.plugin)),
        .init("output", .list(layer.output.map(ConfigValue.integer))),
        .init("parameters", .integer(layer.parameters)),
      ])
    }
    let kernels = report.kernels.map { kernel in
      ConfigValue.table([
        .init("work", .text(kernel.work)), .init("layer", .text(kernel.layer)),
        .init("output", .text(kernel.output)),
      ])
    }
    // In the order of a run.
    let callbacks = Event.allCases.compactMap { event in
      report.callbacks[event.rawValue].map {
        ConfigValue.Entry(event.rawValue, .list($0.map(ConfigValue.text)))
      }
    }
    let changes = report.changes.sorted { $0.key < $1.key }.map {
      ConfigValue.Entry($0.key, .list($0.value.map(ConfigValue.text)))
    }
    return .table([
      .init("name", .text(report.name)), .init("batch_size", .integer(report.batchSize)),
      .init("steps_per_epoch", .integer(report.stepsPerEpoch)),
      .init("parameters", .integer(report.parameters)),
      .init("weight_bytes", .integer(report.weightBytes)),
      .init("optimizer_bytes", .integer(report.optimizerBytes)),
      .init("temporary_bytes", .integer(report.temporaryBytes)),
      .init("short_values", .integer(report.shortValues)),
      .init("operations_per_step", .integer(report.operationsPerStep)),
      .init("recorded_nodes", .integer(report.recordedNodes)), .init("layers", .list(layers)),
      .init("kernels", .list(kernels)),
      .init("starts_from", report.startsFrom.map(JSON.start) ?? .null),
      .init("changes", .table(changes)), .init("callbacks", .table(callbacks)),
    ])
  }
}
