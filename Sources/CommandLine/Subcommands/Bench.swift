import EspalierHost
import EspalierProtocols

/// `bench CONFIG`
struct BenchCommand: Command {
  static let name = "bench"
  static let summary = "times a config's training step, or the preparation of its data"
  static let examples = [
    "bench digits.yaml", "bench digits.yaml --kernels", "bench digits.yaml --data",
    "bench digits.yaml --json",
  ]

  @Operand("the config", as: "CONFIG", completes: .files(["yaml", "yml", "json"]))
  var config: String
  @Option("changes a value of the config: training.batch_size=256", as: "PATH=VALUE")
  var set: [String]
  @Option("how many measurements", as: "N", in: 1...) var rounds: Int = 7
  @Option("about how many seconds each takes", as: "S", in: 0.01...)
  var seconds: Double = 0.3
  @Flag("times every kernel by itself, and prints them from the longest on") var kernels
  @Flag("times fitting the transforms and making batches, in place of the step") var data
  @Flag("prints the figures as JSON") var json

  func run(_ context: Context) throws -> ExitStatus {
    let catalog = try context.catalog(for: config)
    let configuration = try context.configuration(config, set: set, catalog: catalog)
    if data {
      guard !kernels else {
        throw UsageError("--kernels times the step, --data what comes before it")
      }
      let result = try DataBenchmark(
        configuration, defaults: context.program.defaults(), rounds: rounds, seconds: seconds)
      context.print(
        json ? JSON.page(DataTimes.value(result, configuration)) : DataTimes.text(result))
      return .done
    }
    let result = try StepBenchmark(
      configuration, defaults: context.program.defaults(), rounds: rounds,
      seconds: seconds, profilesKernels: kernels)
    let rate = Double(result.operationsPerStep) / result.median / 1e9
    if json {
      context.print(
        JSON.page(
          .table(
            [
              .init("name", .text(configuration.name)),
              .init("batch_size", .integer(result.batchSize)),
              .init("seconds_per_step", .number(result.median)),
              .init("rounds", .list(result.rounds.map(ConfigValue.number))),
              .init("kernels", .integer(result.kernels)),
              .init("operations_per_step", .integer(result.operationsPerStep)),
              .init("gigaflops", .number(rate)),
            ] + (kernels ? [.init("profile", .list(result.profile.map(Self.value)))] : []))))
    } else {
      let micro = { (seconds: Double) in "\((seconds * 1e7).rounded() / 10) µs" }
      context.print(
        """
        step      \(micro(result.median))  (\(micro(result.rounds.min()!)) … \(micro(result.rounds.max()!)))
        samples   \(Int(Double(result.batchSize) / result.median)) a second
        kernels   \(result.kernels)
        products  \((rate * 10).rounded() / 10) GFLOP/s

        """)
      if kernels { context.print("\n" + Self.table(result.profile)) }
    }
    return .done
  }

  /// The kernels from the longest on, with the share of the step, and products or bytes a second.
  private static func table(_ profile: [KernelProfile]) -> String {
    let total = profile.reduce(0) { $0 + $1.seconds }
    guard total > 0 else { return "the backend does not tell the time of its kernels\n" }
    let rows = profile.sorted { $0.seconds > $1.seconds }.map { kernel -> [String] in
      let speed =
        kernel.operations > 0
        ? rounded(Double(kernel.operations) / kernel.seconds / 1e9) + " GFLOP/s"
        : rounded(Double(kernel.bytes) / kernel.seconds / 1e9) + " GB/s"
      return [
        rounded(100 * kernel.seconds / total) + " %", rounded(kernel.seconds * 1e6) + " µs", speed,
        kernel.layer, kernel.output, kernel.work,
      ]
    }
    return Columns.text(rows)
  }

  private static func rounded(_ value: Double) -> String { "\((value * 10).rounded() / 10)" }

  private static func value(_ kernel: KernelProfile) -> ConfigValue {
    .table([
      .init("layer", .text(kernel.layer)), .init("work", .text(kernel.work)),
      .init("output", .text(kernel.output)), .init("seconds", .number(kernel.seconds)),
      .init("operations", .integer(kernel.operations)), .init("bytes", .integer(kernel.bytes)),
    ])
  }
}
