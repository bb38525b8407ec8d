/// A value as a config can hold it, without its place in a file.
///
/// Parameters are decoded from it and write themselves back to it, so that the resolved config of a
/// run reads exactly as the plugins understood it.
public indirect enum ConfigValue: Sendable, Hashable {
  case null
  case bool(Bool)
  case integer(Int)
  case number(Double)
  case text(String)
  case list([ConfigValue])
  case table([Entry])

  /// A key and its value, in the order of the config.
  public struct Entry: Sendable, Hashable {
    /// The key.
    public var key: String
    /// Its value.
    public var value: ConfigValue

    public init(_ key: String, _ value: ConfigValue) {
      self.key = key
      self.value = value
    }
  }

  /// The kind of value in a reader's words, with its article.
  public var kindInWords: String {
    switch self {
    case .null: "nothing"
    case .bool: "true or false"
    case .integer: "a whole number"
    case .number: "a number"
    case .text: "text"
    case .list: "a list"
    case .table: "a group of keys"
    }
  }

  /// The value of `key` in a table.
  public subscript(key: String) -> ConfigValue? {
    guard case .table(let entries) = self else { return nil }
    return entries.first { $0.key == key }?.value
  }
}

extension ConfigValue: CustomStringConvertible {
  /// The value in YAML's flow style, short enough for a message.
  public var description: String {
    switch self {
    case .null: "null"
    case .bool(let value): value ? "true" : "false"
    case .integer(let value): "\(value)"
    case .number(let value): Self.format(value)
    case .text(let value): value
    case .list(let values): "[" + values.map(\.description).joined(separator: ", ") + "]"
    case .table(let entries):
      "{" + entries.map { "\($0.key): \($0.value)" }.joined(separator: ", ") + "}"
    }
  }

  /// The shortest decimal that reads back to the same number, without a trailing `.0`.
  public static func format(_ value: Double) -> String {
    if value.isNaN { return ".nan" }
    if value.isInfinite { return value < 0 ? "-.inf" : ".inf" }
    let text = "\(value)"
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }
}
