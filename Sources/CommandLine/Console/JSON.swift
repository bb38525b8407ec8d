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
