import EspalierFormats
import EspalierProtocols

/// What the fields of a table mean.
struct CSVCells {
  let columns: CSVColumns
  private let decimal: UInt8
  private let decimalComma: Bool
  /// Texts of this table alone that stand for a missing value.
  private let further: Set<String>

  init(_ source: CSVSource, _ columns: CSVColumns) {
    self.columns = columns
    decimalComma = source.decimalComma
    decimal = UInt8(ascii: source.decimalComma ? "," : ".")
    further = Set(source.missing)
  }

  func isMissing(_ reader: CSVReader, _ column: Int) -> Bool {
    reader.isMissing(column)
      || !further.isEmpty && further.contains(CSVReader.trimmed(reader.text(column)))
  }

  /// The number in a field; `nil` for none, and for one that stands for a missing value.
  ///
  /// Most tables have no texts of their own for missing values, and then numbers are asked for first.
  func number(_ reader: CSVReader, _ column: Int) -> Double? {
    guard let number = reader.number(column, decimal: decimal), Float(number).isFinite,
      further.isEmpty || !isMissing(reader, column)
    else { return nil }
    return number
  }

  func weight(_ reader: CSVReader, _ column: Int) throws(FormatError) -> Float {
    guard let number = number(reader, column), number >= 0 else {
      throw FormatError(
        reader.file,
        "line \(reader.line), column `\(columns.names[column])`: "
          + "`\(reader.text(column).prefix(40))` is no weight; 0 ≤ x is one")
    }
    return Float(number)
  }

  /// What the sample's group is called.
  func group(_ reader: CSVReader, _ column: Int) throws(FormatError) -> String {
    guard !isMissing(reader, column) else {
      throw FormatError(
        reader.file,
        "line \(reader.line), column `\(columns.names[column])`: the sample's group is missing")
    }
    return CSVReader.trimmed(reader.text(column))
  }

  // MARK: Problems

  func problem(_ reader: CSVReader, _ column: Int) -> FormatError {
    let name = columns.names[column]
    let text = reader.text(column)
    var hint =
      "text can be a category, `categories: [\(name)]`, and a column that is no feature left out, "
      + "`ignore: [\(name)]`"
    if !decimalComma, reader.number(column, decimal: UInt8(ascii: ",")) != nil {
      hint = "with a decimal comma, set `decimal_comma: true`"
    }
    return FormatError(
      reader.file,
      "line \(reader.line), column `\(name)`: `\(text.prefix(40))` is no number; \(hint)")
  }

  func lengthProblem(_ reader: CSVReader) -> FormatError {
    FormatError(
      reader.file,
      "line \(reader.line): \(reader.count) fields, but there are \(columns.names.count) columns")
  }

  func emptiness(_ reader: CSVReader) -> FormatError {
    FormatError(reader.file, "has a header but no samples")
  }
}

/// Numbers of groups by what they are called, in the order in which they are met.
struct GroupNumbers {
  private var numbers: [String: Int] = [:]

  mutating func number(_ name: String) -> Int {
    if let known = numbers[name] { return known }
    numbers[name] = numbers.count
    return numbers.count - 1
  }
}
