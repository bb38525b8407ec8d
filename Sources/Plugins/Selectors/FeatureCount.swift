import EspalierProtocols

/// How many features are kept: a number, or a share of them.
public enum FeatureCount: ParameterValue, Hashable, ExpressibleByIntegerLiteral,
  ExpressibleByFloatLiteral
{
  case count(Int)
  case share(Double)

  public init(integerLiteral count: Int) { self = .count(count) }
  public init(floatLiteral share: Double) { self = .share(share) }

  public static func decode(_ value: ConfigValue) throws(ValueProblem) -> FeatureCount {
    switch value {
    case .integer(let number) where number >= 1: return .count(number)
    case .number(let number) where number > 0 && number <= 1: return .share(number)
    case .integer, .number:
      throw ValueProblem(
        .range, expected: "a whole number from 1, or a share, 0 < x ≤ 1", found: value)
    default: throw ValueProblem(expected: form.inWords, found: value)
    }
  }
  public var configValue: ConfigValue {
    switch self {
    case .count(let number): .integer(number)
    case .share(let share): .number(share)
    }
  }
  public static var form: ValueForm { .either([.integer, .number]) }

  /// The number that it means; a share of some is one at least.
  ///
  /// - Throws: ``PluginError`` when there are not as many.
  func number(of width: Int, parameter: String) throws -> Int {
    switch self {
    case .share(let share): return max(1, Int((share * Double(width)).rounded()))
    case .count(let count):
      guard count <= width else {
        throw PluginError(
          "\(count) features of \(width); \(width) are the most", parameter: parameter)
      }
      return count
    }
  }
}

extension Array where Element == Double {
  /// The places of the greatest numbers, ascending; of equal ones the first.
  func places(ofGreatest count: Int) -> [Int] {
    indices.sorted { (self[$1], $0) < (self[$0], $1) }.prefix(count).sorted()
  }
}
