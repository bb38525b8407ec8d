import EspalierFormats
import EspalierProtocols

/// A table of comma-separated values: one sample a line, features and target in columns.
///
/// Columns are given by name, or by number from 0 (negative numbers count from the last). Without
/// `features` all columns but the target and the ignored ones are features. All features must be
/// numbers; the target may be a number or text. With `shape`, each row is seen as an image, e.g.
/// [1, 8, 8].
///
/// For prediction, columns are found by the names of the training table; others are passed over, and
/// the target may be missing. `path: -` reads standard input.
public struct CSVSource: Source {
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

  public static let manifest = Manifest(
    "csv", "samples from a table of separated values (CSV, TSV)", aliases: ["tsv"],
    sample: "csv: {path: digits.csv, target: target}")

  @Parameter("file of the table; - is standard input") public var path: FilePath
  @Parameter("target column or columns, by name or number; the last column unless given")
  public var target: [String] = []
  @Parameter("feature columns; all others unless given") public var features: [String] = []
  @Parameter("columns to leave out") public var ignore: [String] = []
  @Parameter("what separates the fields") public var separator: Separator = .auto
  @Parameter("whether the first line names the columns") public var header: Header = .auto
  @Parameter("whether 1,5 is written for 1.5") public var decimalComma: Bool = false
  @Parameter("shape of a sample, such as [1, 8, 8] for an image", in: 1...)
  public var shape: [Int] = []
  @Parameter("what the target is") public var task: TargetTask = .auto

  public init() {}

  public init(
    _ path: FilePath, target: String? = nil, features: [String] = [], ignore: [String] = [],
    separator: Separator = .auto, header: Header = .auto, decimalComma: Bool = false,
    shape: [Int] = [], task: TargetTask = .auto
  ) {
    self.init(
      path, targets: target.map { [$0] } ?? [], features: features, ignore: ignore,
      separator: separator, header: header, decimalComma: decimalComma, shape: shape, task: task)
  }

  /// A table with several target columns, the values of a regression.
  public init(
    _ path: FilePath, targets: [String], features: [String] = [], ignore: [String] = [],
    separator: Separator = .auto, header: Header = .auto, decimalComma: Bool = false,
    shape: [Int] = [], task: TargetTask = .auto
  ) {
    self.path = path
    target = targets
    self.features = features
    self.ignore = ignore
    self.separator = separator
    self.header = header
    self.decimalComma = decimalComma
    self.shape = shape
    self.task = task
  }

  public static var fileExtensions: [String] { ["csv", "tsv"] }

  public func reading(_ file: FilePath) -> CSVSource? {
    var copy = self
    copy.path = file
    return copy
  }

  public func open(_ context: SourceContext) throws -> any Dataset {
    try readingFiles("path") {
      let file = try MappedFile(path.text == "-" ? "-" : context.resolve(path))
      return try withExtendedLifetime(file) {
        var names: [String] = []
        var reader = try CSVReader(file.bytes, file: file.path, separator: separator.byte)
        let named = try readHeader(&reader, &names)
        let columns = try CSVColumns(self, names: names, named: named, file: file.path, context)
        if !named {
          reader = try CSVReader(file.bytes, file: file.path, separator: separator.byte)
        }
        return try read(&reader, columns, context)
      }
    }
  }

  /// Names the columns and leaves the reader behind the header.
  /// - Returns: whether there is a header.
  private func readHeader(_ reader: inout CSVReader, _ names: inout [String]) throws -> Bool {
    guard try reader.next() else { throw FormatError(reader.file, "has no lines") }
    let decimal = decimalByte
    names = (0..<reader.count).map { CSVReader.trimmed(reader.text($0)) }
    let numeric = (0..<reader.count).map { reader.number($0, decimal: decimal) != nil }
    switch header {
    case .present: return true
    case .absent: break
    case .auto:
      if !numeric.contains(true) { return true }
      // Names such as 0, 1, … target: a name in a column of numbers tells.
      var second = reader
      if try second.next(), second.count == names.count,
        names.indices.contains(where: {
          !numeric[$0] && !names[$0].isEmpty && second.number($0, decimal: decimal) != nil
        })
      {
        return true
      }
    }
    names = names.indices.map { "column_\($0)" }
    return false
  }

  private var decimalByte: UInt8 { UInt8(ascii: decimalComma ? "," : ".") }

  private func read(
    _ reader: inout CSVReader, _ columns: CSVColumns, _ context: SourceContext
  ) throws -> any Dataset {
    let decimal = decimalByte
    let width = columns.names.count
    var values: [Float] = []
    var lines: [Int32] = []
    var targets = [RawTargets](repeating: RawTargets(), count: columns.targets.count)
    while try reader.next() {
      guard reader.count == width else {
        throw FormatError(
          reader.file, "line \(reader.line): \(reader.count) fields, but there are \(width) columns"
        )
      }
      for column in columns.features {
        guard let number = reader.number(column, decimal: decimal), Float(number).isFinite else {
          throw cellProblem(reader, column, columns.names[column])
        }
        values.append(Float(number))
      }
      for (place, column) in columns.targets.enumerated() {
        if let number = reader.number(column, decimal: decimal), Float(number).isFinite {
          targets[place].append(number)
        } else if reader.isMissing(column) {
          throw FormatError(
            reader.file,
            "line \(reader.line), column `\(columns.names[column])`: the target is missing")
        } else {
          targets[place].append(CSVReader.trimmed(reader.text(column)))
        }
      }
      lines.append(Int32(truncatingIfNeeded: reader.line))
    }
    guard !lines.isEmpty else { throw FormatError(reader.file, "has a header but no samples") }
    let (target, numbers) = try learn(targets, columns, context) { sample, column in
      "\(reader.file): line \(lines[sample]), column `\(columns.names[column])`"
    }
    let description = DataDescription(
      sampleShape: try sampleShape(columns.features.count),
      featureNames: columns.featureNames, target: target)
    return try ArrayDataset(description, features: values, targets: numbers)
  }

  private func cellProblem(_ reader: CSVReader, _ column: Int, _ name: String) -> FormatError {
    let place = "line \(reader.line), column `\(name)`: "
    let text = reader.text(column)
    if reader.isMissing(column) {
      return FormatError(
        reader.file,
        place + (text.isEmpty ? "the value is missing" : "`\(text)` stands for a missing value")
          + "; every feature needs a number")
    }
    var hint = "a column that is no feature can be left out: `ignore: [\(name)]`"
    if !decimalComma, reader.number(column, decimal: UInt8(ascii: ",")) != nil {
      hint = "with a decimal comma, set `decimal_comma: true`"
    }
    return FormatError(reader.file, place + "`\(text.prefix(40))` is no number; \(hint)")
  }

  private func sampleShape(_ count: Int) throws -> Shape {
    guard !shape.isEmpty else { return [count] }
    var product = 1
    for extent in shape {
      product = product.multipliedReportingOverflow(by: extent).overflow ? 0 : product * extent
    }
    guard product == count else {
      throw PluginError(
        "\(count) feature columns do not fill the shape \(Shape(shape))", parameter: "shape")
    }
    return Shape(shape)
  }

  /// Makes classes or values of the target columns.
  private func learn(
    _ raw: [RawTargets], _ columns: CSVColumns, _ context: SourceContext,
    place: (_ sample: Int, _ column: Int) -> String
  ) throws -> (TargetDescription, [Float]) {
    guard let first = raw.first else { return (.none, []) }
    let asClasses =
      switch context.expected?.target {
      case .classes: true
      case .values: false
      case .some(.none), nil:
        task == .classification || task == .auto && raw.count == 1 && first.lookLikeClasses
      }
    if asClasses {
      guard raw.count == 1 else {
        throw PluginError("classes are in one column, not in \(raw.count)", parameter: "target")
      }
      var expected: [String]?
      if case .classes(let names)? = context.expected?.target { expected = names }
      do {
        let (names, numbers) = try first.classes(expected: expected) {
          place($0, columns.targets[0])
        }
        return (.classes(names), numbers)
      } catch  where columns.targetIsGuess {
        return (.none, [])
      }
    }
    for (part, column) in zip(raw, columns.targets) where !part.texts.isEmpty {
      if columns.targetIsGuess { return (.none, []) }
      let sample = part.numbers.firstIndex { $0.isNaN } ?? 0
      throw PluginError(
        place(sample, column) + ": `\(part.texts[0])` is no number, which regression needs")
    }
    let count = first.numbers.count
    let numbers = (0..<count).flatMap { row in raw.map { Float($0.numbers[row]) } }
    return (.values(columns.targets.map { columns.names[$0] }), numbers)
  }
}
