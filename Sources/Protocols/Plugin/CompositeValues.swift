extension Array: ParameterValue where Element: ParameterValue {
  /// A list; a single value stands for a list of one.
  public static func decode(_ value: ConfigValue) throws(ValueProblem) -> [Element] {
    guard case .list(let values) = value else {
      if case .null = value { throw ValueProblem(expected: form.inWords, found: value) }
      return [try Element.decode(value)]
    }
    var result: [Element] = []
    for (index, element) in values.enumerated() {
      do throws(ValueProblem) { result.append(try Element.decode(element)) } catch {
        throw error.inside("\(index)")
      }
    }
    return result
  }
  public var configValue: ConfigValue { .list(map(\.configValue)) }
  public static var form: ValueForm { .list(Element.form) }
}

extension Optional: ParameterValue where Wrapped: ParameterValue {
  public static func decode(_ value: ConfigValue) throws(ValueProblem) -> Wrapped? {
    if case .null = value { return nil }
    return try Wrapped.decode(value)
  }
  public var configValue: ConfigValue { self?.configValue ?? .null }
  public static var form: ValueForm { .optional(Wrapped.form) }
}

extension Dictionary: ParameterValue where Key == String, Value: ParameterValue {
  public static func decode(_ value: ConfigValue) throws(ValueProblem) -> [String: Value] {
    guard case .table(let entries) = value else {
      throw ValueProblem(expected: form.inWords, found: value)
    }
    var result: [String: Value] = [:]
    for entry in entries {
      do throws(ValueProblem) { result[entry.key] = try Value.decode(entry.value) } catch {
        throw error.inside(entry.key)
      }
    }
    return result
  }
  public var configValue: ConfigValue {
    .table(sorted { $0.key < $1.key }.map { .init($0.key, $0.value.configValue) })
  }
  public static var form: ValueForm { .table(Value.form) }
}

/// A parameter with a few named values: `enum Padding: String, Choice { case same, valid }`.
public protocol Choice: ParameterValue, RawRepresentable, CaseIterable where RawValue == String {}

extension Choice {
  public static func decode(_ value: ConfigValue) throws(ValueProblem) -> Self {
    let names = allCases.map(\.rawValue)
    guard case .text(let text) = value else {
      throw ValueProblem(expected: form.inWords, found: value, choices: names)
    }
    guard let match = Self(rawValue: text) else {
      throw ValueProblem(.choice, expected: form.inWords, found: value, choices: names)
    }
    return match
  }
  public var configValue: ConfigValue { .text(rawValue) }
  public static var form: ValueForm { .choice(allCases.map(\.rawValue)) }
}

/// A file or folder; in a config it is relative to the config's own folder.
public struct FilePath: ParameterValue, Hashable, ExpressibleByStringLiteral,
  CustomStringConvertible
{
  /// The path as it was written.
  public var text: String

  public init(_ text: String) { self.text = text }
  public init(stringLiteral value: String) { text = value }

  public static func decode(_ value: ConfigValue) throws(ValueProblem) -> FilePath {
    guard case .text(let text) = value, !text.isEmpty else {
      throw ValueProblem(expected: form.inWords, found: value)
    }
    return FilePath(text)
  }
  public var configValue: ConfigValue { .text(text) }
  public static var form: ValueForm { .path }
  public var description: String { text }
}
