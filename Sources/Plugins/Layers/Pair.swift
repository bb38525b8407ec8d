import EspalierProtocols

/// One number for rows and columns alike, or one for each: `3` or `[3, 5]`.
public struct Pair: ParameterValue, Hashable, ExpressibleByIntegerLiteral {
  /// Along rows.
  public var rows: Int
  /// Along columns.
  public var columns: Int

  public init(_ rows: Int, _ columns: Int) {
    self.rows = rows
    self.columns = columns
  }
  public init(_ both: Int) { self.init(both, both) }
  public init(integerLiteral value: Int) { self.init(value) }

  public static func decode(_ value: ConfigValue) throws(ValueProblem) -> Pair {
    guard case .list(let parts) = value else { return Pair(try Int.decode(value)) }
    let numbers = try [Int].decode(value)
    guard numbers.count == 2 else {
      throw ValueProblem(
        .choice, expected: "two numbers, for rows and columns", found: value,
        hint: "there are \(parts.count)")
    }
    return Pair(numbers[0], numbers[1])
  }
  public var configValue: ConfigValue {
    rows == columns ? .integer(rows) : .list([.integer(rows), .integer(columns)])
  }
  public static var form: ValueForm { .either([.integer, .list(.integer)]) }

  var list: [Int] { [rows, columns] }
}
