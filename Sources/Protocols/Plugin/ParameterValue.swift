/// A type that a plugin's parameter can have: it reads itself from a config and writes itself back.
public protocol ParameterValue: Sendable {
  /// Reads the value; the message of the thrown problem is completed by the host with its place.
  static func decode(_ value: ConfigValue) throws(ValueProblem) -> Self
  /// The value as it stands in a resolved config.
  var configValue: ConfigValue { get }
  /// What is allowed, for messages and listings.
  static var form: ValueForm { get }
}

/// What a value may look like: the vocabulary shared by messages, listings and the JSON Schema.
public indirect enum ValueForm: Sendable, Hashable {
  case bool
  case integer
  case number
  case text
  case path
  case choice([String])
  case list(ValueForm)
  case optional(ValueForm)
  case table(ValueForm)
  case either([ValueForm])

  /// The form in a reader's words: "a number", "one of same, valid".
  public var inWords: String {
    switch self {
    case .bool: "true or false"
    case .integer: "a whole number"
    case .number: "a number"
    case .text: "text"
    case .path: "a file path"
    case .choice(let names): "one of " + names.joined(separator: ", ")
    case .list(let element): "a list, each " + element.inWords
    case .optional(let wrapped): wrapped.inWords + ", or null"
    case .table(let element): "a group of keys, each " + element.inWords
    case .either(let forms): forms.map(\.inWords).joined(separator: ", or ")
    }
  }
}

/// Why a config value is no value of a parameter.
public struct ValueProblem: Error, Sendable {
  /// What sort of problem it is.
  public enum Reason: Sendable, Hashable {
    /// Another type of value was found.
    case type
    /// The type is right, the value is not among the allowed ones.
    case choice
    /// Out of the parameter's range.
    case range
  }
  /// What sort of problem it is.
  public var reason: Reason
  /// What was expected, in words.
  public var expected: String
  /// What was found.
  public var found: ConfigValue
  /// Indices and keys that lead from the parameter's value to the part that is wrong.
  public var path: [String]
  /// A usual slip named, with what to write instead.
  public var hint: String?
  /// The names among which a nearest one can be suggested.
  public var choices: [String]

  public init(
    _ reason: Reason = .type, expected: String, found: ConfigValue, path: [String] = [],
    hint: String? = nil, choices: [String] = []
  ) {
    self.reason = reason
    self.expected = expected
    self.found = found
    self.path = path
    self.hint = hint
    self.choices = choices
  }

  /// The same problem, seen from one level further out.
  public func inside(_ step: String) -> ValueProblem {
    var copy = self
    copy.path.insert(step, at: 0)
    return copy
  }
}

/// A value whose range can be bounded.
public protocol NumericValue: ParameterValue, Comparable {
  var asDouble: Double { get }
}

extension Int: NumericValue {
  public static func decode(_ value: ConfigValue) throws(ValueProblem) -> Int {
    switch value {
    case .integer(let number): return number
    case .number(let number) where number == number.rounded() && abs(number) < 1e15:
      return Int(number)
    case .number(let number):
      let isFraction = number.isFinite && number != number.rounded()
      throw ValueProblem(
        expected: form.inWords, found: value,
        hint: isFraction ? "fractions are not allowed here" : nil)
    default:
      throw ValueProblem(expected: form.inWords, found: value, hint: numberHint(for: value))
    }
  }
  public var configValue: ConfigValue { .integer(self) }
  public static var form: ValueForm { .integer }
  public var asDouble: Double { Double(self) }
}

extension Double: NumericValue {
  public static func decode(_ value: ConfigValue) throws(ValueProblem) -> Double {
    switch value {
    case .integer(let number): return Double(number)
    case .number(let number) where !number.isNaN: return number
    case .number:
      throw ValueProblem(expected: form.inWords, found: value, hint: "NaN is no setting")
    default:
      throw ValueProblem(expected: form.inWords, found: value, hint: numberHint(for: value))
    }
  }
  public var configValue: ConfigValue { .number(self) }
  public static var form: ValueForm { .number }
  public var asDouble: Double { self }
}

extension Float: NumericValue {
  public static func decode(_ value: ConfigValue) throws(ValueProblem) -> Float {
    let number = try Double.decode(value)
    let result = Float(number)
    if result.isInfinite && number.isFinite {
      throw ValueProblem(
        .range, expected: "a number below 3.4e38", found: value,
        hint: "the value does not fit 32 bits")
    }
    return result
  }
  // Through the shortest decimal, so that 0.1 is written 0.1 and not 0.10000000149.
  public var configValue: ConfigValue { .number(Double(description) ?? Double(self)) }
  public static var form: ValueForm { .number }
  public var asDouble: Double { Double(description) ?? Double(self) }
}

extension Bool: ParameterValue {
  public static func decode(_ value: ConfigValue) throws(ValueProblem) -> Bool {
    if case .bool(let flag) = value { return flag }
    var hint: String?
    if case .text(let text) = value {
      switch text.lowercased() {
      case "yes", "on", "y": hint = "`\(text)` is text in YAML 1.2: write `true`"
      case "no", "off", "n": hint = "`\(text)` is text in YAML 1.2: write `false`"
      case "true", "false": hint = "without the quotes it is \(text.lowercased())"
      default: break
      }
    }
    throw ValueProblem(expected: form.inWords, found: value, hint: hint)
  }
  public var configValue: ConfigValue { .bool(self) }
  public static var form: ValueForm { .bool }
}

extension String: ParameterValue {
  public static func decode(_ value: ConfigValue) throws(ValueProblem) -> String {
    switch value {
    case .text(let text): return text
    case .integer, .number, .bool: return value.description
    default: throw ValueProblem(expected: form.inWords, found: value)
    }
  }
  public var configValue: ConfigValue { .text(self) }
  public static var form: ValueForm { .text }
}

/// Names the usual slip behind text that stands where a number belongs.
private func numberHint(for value: ConfigValue) -> String? {
  guard case .text(let text) = value else { return nil }
  let stripped = text.filter { $0 != "_" && $0 != "," && $0 != " " }
  if stripped != text, Double(stripped) != nil {
    return "`\(text)` is text: write `\(stripped)`"
  }
  if Double(text)?.isFinite == true { return "without the quotes it is a number: write `\(text)`" }
  if text.hasSuffix("%"), let percent = Double(text.dropLast()) {
    return "write a share: `\(ConfigValue.format(percent / 100))`"
  }
  return nil
}
