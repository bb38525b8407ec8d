import EspalierFormats
import EspalierProtocols

extension CSVSource {
  /// What separates the fields of a line: a word, or the character itself.
  public enum Separator: String, Choice, Sendable {
    case auto, comma, semicolon, tab, pipe

    private static let characters: [String: Separator] = [
      ",": .comma, ";": .semicolon, "\t": .tab, "|": .pipe,
    ]

    public static func decode(_ value: ConfigValue) throws(ValueProblem) -> Separator {
      let names = allCases.map(\.rawValue)
      guard case .text(let text) = value, let match = Separator(rawValue: text) ?? characters[text]
      else { throw ValueProblem(.choice, expected: form.inWords, found: value, choices: names) }
      return match
    }
    public static var form: ValueForm {
      .choice(allCases.map(\.rawValue) + [",", ";", "|", "\t"])
    }

    var byte: UInt8? {
      switch self {
      case .auto: nil
      case .comma: UInt8(ascii: ",")
      case .semicolon: UInt8(ascii: ";")
      case .tab: 0x09
      case .pipe: UInt8(ascii: "|")
      }
    }
  }

  /// Whether the first line names the columns: `auto`, `true` or `false`.
  public enum Header: ParameterValue, Sendable {
    case auto, present, absent

    public static func decode(_ value: ConfigValue) throws(ValueProblem) -> Header {
      switch value {
      case .bool(let flag): return flag ? .present : .absent
      case .text("auto"): return .auto
      default: throw ValueProblem(expected: form.inWords, found: value, choices: ["auto"])
      }
    }
    public var configValue: ConfigValue {
      switch self {
      case .auto: .text("auto")
      case .present: .bool(true)
      case .absent: .bool(false)
      }
    }
    public static var form: ValueForm { .either([.bool, .choice(["auto"])]) }
  }

  /// Which columns of features are categories.
  public enum CategoryColumns: ParameterValue, Hashable, ExpressibleByArrayLiteral {
    /// All that hold text.
    case auto
    case columns([String])

    public init(arrayLiteral columns: String...) { self = .columns(columns) }

    public static func decode(_ value: ConfigValue) throws(ValueProblem) -> CategoryColumns {
      if case .text("auto") = value { return .auto }
      guard case .table = value else { return .columns(try [String].decode(value)) }
      throw ValueProblem(expected: form.inWords, found: value, choices: ["auto"])
    }
    public var configValue: ConfigValue {
      switch self {
      case .auto: .text("auto")
      case .columns(let columns): columns.configValue
      }
    }
    public static var form: ValueForm { .either([.list(.text), .choice(["auto"])]) }
  }

  /// What becomes of a level that the training table does not have.
  public enum UnknownCategory: String, Choice, Sendable { case error, missing }
}
