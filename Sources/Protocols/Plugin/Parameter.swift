/// A value of a plugin that a config can set, with its text, default and range in one declaration.
///
/// ```swift
/// @Parameter("slope for negative inputs", in: 0...1) public var slope: Float = 0.01
/// @Parameter("number of outputs", in: 1...) public var units: Int        // no default: required
/// ```
/// In a config the name is the property's in snake case. Plugins stay values: a copy that is changed
/// does not change its original.
@propertyWrapper
public struct Parameter<Value: ParameterValue>: Sendable {
  /// The storage stands behind a reference so that it can be filled through reflection, which only
  /// hands out copies. It is written while its plugin is being made, by one owner.
  final class Box: @unchecked Sendable {
    var value: Value?
    init(_ value: Value?) { self.value = value }
  }
  private var box: Box

  /// What the parameter means, in a few words.
  public let text: String
  /// The unit of its number, if it has one.
  public let unit: String?
  /// The range of its number or numbers, if it is bounded.
  public let bounds: Bounds?
  let defaultValue: Value?

  public init(
    wrappedValue: Value, _ text: String, in range: (any BoundsConvertible)? = nil,
    unit: String? = nil
  ) {
    box = Box(wrappedValue)
    defaultValue = wrappedValue
    self.text = text
    self.unit = unit
    bounds = range?.bounds
  }

  /// A required parameter.
  public init(_ text: String, in range: (any BoundsConvertible)? = nil, unit: String? = nil) {
    box = Box(nil)
    defaultValue = nil
    self.text = text
    self.unit = unit
    bounds = range?.bounds
  }

  /// The value.
  public var wrappedValue: Value {
    get {
      guard let value = box.value else {
        preconditionFailure("a required parameter (\(text)) was read before it was set")
      }
      return value
    }
    set {
      if isKnownUniquelyReferenced(&box) { box.value = newValue } else { box = Box(newValue) }
    }
  }
}

extension Parameter where Value: ExpressibleByNilLiteral {
  /// An optional parameter is absent unless a config sets it.
  public init(_ text: String, in range: (any BoundsConvertible)? = nil, unit: String? = nil) {
    self.init(wrappedValue: nil, text, in: range, unit: unit)
  }
}

/// A parameter without its type, as the host sees it through reflection.
public protocol AnyParameter: Sendable {
  /// What the parameter means, in a few words.
  var text: String { get }
  /// The unit of its number, if it has one.
  var unit: String? { get }
  /// The range of its number or numbers, if it is bounded.
  var bounds: Bounds? { get }
  /// What its value may look like.
  var form: ValueForm { get }
  /// The value it has when a config is silent; `nil` when it is required.
  var defaultConfigValue: ConfigValue? { get }
  /// The value it has now; `nil` when it is required and not yet set.
  var currentConfigValue: ConfigValue? { get }
  /// Reads and stores a value.
  func assign(_ value: ConfigValue) throws(ValueProblem)
  /// Checks the value it has, which code may have set without regard to the range; one that is not set
  /// passes.
  func check() throws(ValueProblem)
}

extension Parameter: AnyParameter {
  public var form: ValueForm { Value.form }
  public var defaultConfigValue: ConfigValue? { defaultValue?.configValue }
  public var currentConfigValue: ConfigValue? { box.value?.configValue }

  public func assign(_ value: ConfigValue) throws(ValueProblem) { box.value = try checked(value) }

  public func check() throws(ValueProblem) {
    if let value = currentConfigValue { _ = try checked(value) }
  }

  private func checked(_ value: ConfigValue) throws(ValueProblem) -> Value {
    let decoded = try Value.decode(value)
    if let bounds { try bounds.check(decoded.configValue, unit: unit) }
    return decoded
  }
}

extension Bounds {
  /// Checks every number within a value.
  func check(_ value: ConfigValue, unit: String?) throws(ValueProblem) {
    switch value {
    case .integer(let number): try check(Double(number), value, unit)
    case .number(let number): try check(number, value, unit)
    case .list(let values):
      for (index, element) in values.enumerated() {
        do throws(ValueProblem) { try check(element, unit: unit) } catch {
          throw error.inside("\(index)")
        }
      }
    case .table(let entries):
      for entry in entries {
        do throws(ValueProblem) { try check(entry.value, unit: unit) } catch {
          throw error.inside(entry.key)
        }
      }
    default: break
    }
  }

  private func check(_ number: Double, _ value: ConfigValue, _ unit: String?) throws(ValueProblem) {
    guard !contains(number) else { return }
    var hint: String?
    if contains(-number) {
      hint = "did you mean \(ConfigValue.format(-number))?"
    } else if number > 1, contains(number / 100), upper.map({ $0 <= 1 }) == true {
      hint = "a share, not a percentage: did you mean \(ConfigValue.format(number / 100))?"
    }
    throw ValueProblem(
      .range, expected: inWords + (unit.map { " \($0)" } ?? ""), found: value, hint: hint)
  }
}
