import EspalierProtocols

/// The value of one argument, read from words.
///
/// It stands behind a reference so that the parser can fill it through reflection, which only hands
/// out copies. It is written while the command line is parsed, by one owner.
final class ArgumentStore<Value: ParameterValue>: @unchecked Sendable {
  private(set) var value: Value?
  private var words: [ConfigValue] = []

  init(_ value: Value?) { self.value = value }

  var isGiven: Bool { !words.isEmpty }

  func take(_ word: String, bounds: Bounds?) throws(ValueProblem) {
    let written = Self.configValue(word, Value.form.single)
    words.append(written)
    var isList = false
    if case .list = Value.form { isList = true }
    value = try Value.decode(isList ? .list(words) : written)
    guard let bounds, let number = written.number, !bounds.contains(number) else { return }
    throw ValueProblem(.range, expected: bounds.inWords, found: written)
  }

  /// A word as the value that a config would have in its place.
  private static func configValue(_ word: String, _ form: ValueForm) -> ConfigValue {
    switch form {
    case .integer:
      if let number = Int(word) {
        .integer(number)
      } else if let number = Double(word), abs(number) < 1e15 {
        .number(number)
      } else {
        .text(word)
      }
    case .number: Double(word).map(ConfigValue.number) ?? .text(word)
    default: .text(word)
    }
  }
}

extension ConfigValue {
  fileprivate var number: Double? {
    switch self {
    case .integer(let number): Double(number)
    case .number(let number): number
    default: nil
    }
  }
}
