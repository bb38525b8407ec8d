import EspalierHost
import EspalierProtocols

/// What `bench --data` prints.
enum DataTimes {
  static func text(_ result: DataBenchmark) -> String {
    var text = """
      prepare   \(time(result.median))  (\(time(result.rounds.min()!)) … \(time(result.rounds.max()!)))
      open      \(time(result.opening))  \(result.samples) samples to train on, \
      \(result.isInMemory ? "held in memory" : "read for each batch")

      """
    if !result.steps.isEmpty {
      text += Columns.text(
        result.steps.map {
          ["  " + $0.name, "fitted " + time($0.fitting), "applied " + time($0.applying)]
        })
    }
    text += "batches   \(result.batchSize) samples each\n"
    text += Columns.text(
      result.rates.map { rate in
        [
          "  \(rate.workers) \(rate.workers == 1 ? "worker" : "workers")",
          "\(Int(rate.median)) samples a second",
          time(Double(result.batchSize) / rate.median) + " a batch",
          rate.workers == result.workers ? "as in a run" : "",
        ]
      })
    return text
  }

  static func value(_ result: DataBenchmark, _ configuration: RunConfiguration) -> ConfigValue {
    .table([
      .init("name", .text(configuration.name)),
      .init("seconds", .number(result.median)),
      .init("rounds", .list(result.rounds.map(ConfigValue.number))),
      .init("opening", .number(result.opening)),
      .init(
        "transforms",
        .list(
          result.steps.map {
            .table([
              .init("name", .text($0.name)), .init("fitting", .number($0.fitting)),
              .init("applying", .number($0.applying)),
            ])
          })),
      .init("samples", .integer(result.samples)),
      .init("in_memory", .bool(result.isInMemory)),
      .init("batch_size", .integer(result.batchSize)),
      .init("samples_per_second", .number(result.samplesPerSecond)),
      .init("workers", .integer(result.workers)),
      .init(
        "rates",
        .list(
          result.rates.map {
            .table([
              .init("workers", .integer($0.workers)),
              .init("samples_per_second", .number($0.median)),
              .init("rounds", .list($0.rounds.map(ConfigValue.number))),
            ])
          })),
    ])
  }

  private static func time(_ seconds: Double) -> String {
    seconds < 1e-3
      ? "\((seconds * 1e7).rounded() / 10) µs" : "\((seconds * 1e4).rounded() / 10) ms"
  }
}
