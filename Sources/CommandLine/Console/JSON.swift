import EspalierHost
import EspalierProtocols

/// Results for programs.
enum JSON {
  /// Over several lines, ending in a line break.
  static func page(_ value: ConfigValue) -> String { JSONText.text(value) + "\n" }

  /// In one line, ending in a line break.
  static func line(_ value: ConfigValue) -> String { compact(value) + "\n" }

  /// A result; one that is not finite is null, since JSON has no word for it.
  static func number(_ value: Double) -> ConfigValue { value.isFinite ? .number(value) : .null }

  /// Results by name, sorted.
  static func numbers(_ values: [String: Double]) -> ConfigValue {
    .table(values.sorted { $0.key < $1.key }.map { .init($0.key, number($0.value)) })
  }

  /// The value, or null.
  static func text(_ text: String?) -> ConfigValue { text.map(ConfigValue.text) ?? .null }

  /// What became of the parameters of a run that starts from a trained model.
  static func start(_ report: StartReport) -> ConfigValue {
    func names(_ names: [String]) -> ConfigValue { .list(names.map(ConfigValue.text)) }
    return .table([
      .init("file", .text(report.file)),
      .init(
        "loaded",
        .list(
          report.loaded.map {
            .table([.init("name", .text($0.name)), .init("source", .text($0.source))])
          })),
      .init("missing", names(report.missing)),
      .init(
        "other_shape",
        .list(
          report.otherShape.map {
            .table([
              .init("name", .text($0.name)),
              .init("shape", .list($0.shape.map(ConfigValue.integer))),
              .init("found", .list($0.found.map(ConfigValue.integer))),
            ])
          })),
      .init("left", names(report.left)), .init("unused", names(report.unused)),
      .init("notes", names(report.notes)),
    ])
  }

  private static func compact(_ value: ConfigValue) -> String {
    switch value {
    case .list(let values): "[" + values.map(compact).joined(separator: ",") + "]"
    case .table(let entries):
      "{"
        + entries.map { JSONText.quoted($0.key) + ":" + compact($0.value) }.joined(separator: ",")
        + "}"
    default: JSONText.text(value)
    }
  }
}
