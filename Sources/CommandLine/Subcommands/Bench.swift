import EspalierHost
import EspalierProtocols

/// `bench CONFIG`
struct BenchCommand: Command {
  static let name = "bench"
  static let summary = "times a config's training step on one batch"
  static let examples = ["bench digits.yaml", "bench digits.yaml --rounds 11 --json"]

  @Operand("the config", as: "CONFIG", completes: .files(["yaml", "yml", "json"]))
  var config: String
  @Option("changes a value of the config: training.batch_size=256", as: "PATH=VALUE")
  var set: [String]
  @Option("how many measurements", as: "N", in: 1...) var rounds: Int = 7
  @Option("about how many seconds each takes", as: "S", in: 0.01...)
  var seconds: Double = 0.3
  @Flag("prints the figures as JSON") var json

  func run(_ context: Context) throws -> ExitStatus {
    let catalog = try context.catalog(for: config)
    let configuration = try context.configuration(config, set: set, catalog: catalog)
    let result = try StepBenchmark(
      configuration, defaults: context.program.defaults(), rounds: rounds,
      seconds: seconds)
    let rate = Double(result.operationsPerStep) / result.median / 1e9
    if json {
      context.print(
        JSON.page(
          .table([
            .init("name", .text(configuration.name)),
            .init("batch_size", .integer(result.batchSize)),
            .init("seconds_per_step", .number(result.median)),
            .init("rounds", .list(result.rounds.map(ConfigValue.number))),
            .init("kernels", .integer(result.kernels)),
            .init("operations_per_step", .integer(result.operationsPerStep)),
            .init("gigaflops", .number(rate)),
          ])))
    } else {
      let micro = { (seconds: Double) in "\((seconds * 1e7).rounded() / 10) µs" }
      context.print(
        """
        step      \(micro(result.median))  (\(micro(result.rounds.min()!)) … \(micro(result.rounds.max()!)))
        samples   \(Int(Double(result.batchSize) / result.median)) a second
        kernels   \(result.kernels)
        products  \((rate * 10).rounded() / 10) GFLOP/s

        """)
    }
    return .done
  }
}
