import EspalierFormats
import EspalierProtocols

/// A table of comma-separated values: one sample a line, features and target in columns.
///
/// Columns are given by name, or by number from 0 (negative numbers count from the last). Without
/// `features` all columns but the target and the ignored ones are features. Features are numbers, or
/// text in columns that `categories` names: each text becomes the place of its level among all levels,
/// in the order of their characters, and `one_hot` in `data.clean` makes features of 0 and 1 of these
/// places. The target may be a number or text. Empty fields, NA, NaN, null and ? are missing values, for
/// which `data.clean` has something to do. With `shape`, each row is seen as an image, e.g. [1, 8, 8].
///
/// The column that `data.split.group` names says which samples belong together, and is no feature unless
/// `features` names it.
///
/// For prediction, columns are found by the names of the training table; others are passed over, and
/// the target may be missing. `path: -` reads standard input. A file that gzip has packed is unpacked; if it then
/// takes more than `data.memory`, into the system's folder for caches, where it stays for the next run.
///
/// A table whose features are more than `data.memory` stays in its file: one pass finds where rows are, the
/// classes, levels and mistakes, and rows are parsed when they are read. What that pass finds is kept in the
/// system's folder for caches, for tables from 64 MiB on, as long as the file stays as it is.
public struct CSVSource: Source {
  public static let manifest = Manifest(
    "csv", "samples from a table of separated values (CSV, TSV)", aliases: ["tsv"],
    sample: "csv: {path: digits.csv, target: target}")

  @Parameter("file of the table; - is standard input") public var path: FilePath
  @Parameter("target column or columns, by name or number; the last column unless given")
  public var target: [String] = []
  @Parameter("feature columns; all others unless given") public var features: [String] = []
  @Parameter("columns to leave out") public var ignore: [String] = []
  @Parameter("column that says how much a sample counts in training, 0 or more; no feature")
  public var weight: String? = nil
  @Parameter("what separates the fields") public var separator: Separator = .auto
  @Parameter("whether the first line names the columns") public var header: Header = .auto
  @Parameter("whether 1,5 is written for 1.5") public var decimalComma: Bool = false
  @Parameter("columns of text that are categories; auto for all features that hold text")
  public var categories: CategoryColumns = .columns([])
  @Parameter("what a level is that the training table does not have")
  public var unknownCategory: UnknownCategory = .error
  @Parameter("further texts that stand for a missing value, such as -999")
  public var missing: [String] = []
  @Parameter("shape of a sample, such as [1, 8, 8] for an image", in: 1...)
  public var shape: [Int] = []
  @Parameter("what the target is") public var task: TargetTask = .auto

  public init() {}

  public init(
    _ path: FilePath, target: String? = nil, features: [String] = [], ignore: [String] = [],
    weight: String? = nil, separator: Separator = .auto, header: Header = .auto,
    decimalComma: Bool = false,
    categories: CategoryColumns = .columns([]), unknownCategory: UnknownCategory = .error,
    missing: [String] = [], shape: [Int] = [], task: TargetTask = .auto
  ) {
    self.init(
      path, targets: target.map { [$0] } ?? [], features: features, ignore: ignore,
      weight: weight, separator: separator, header: header, decimalComma: decimalComma,
      categories: categories,
      unknownCategory: unknownCategory, missing: missing, shape: shape, task: task)
  }

  /// A table with several target columns, the values of a regression.
  public init(
    _ path: FilePath, targets: [String], features: [String] = [], ignore: [String] = [],
    weight: String? = nil, separator: Separator = .auto, header: Header = .auto,
    decimalComma: Bool = false,
    categories: CategoryColumns = .columns([]), unknownCategory: UnknownCategory = .error,
    missing: [String] = [], shape: [Int] = [], task: TargetTask = .auto
  ) {
    self.path = path
    target = targets
    self.features = features
    self.ignore = ignore
    self.weight = weight
    self.separator = separator
    self.header = header
    self.decimalComma = decimalComma
    self.categories = categories
    self.unknownCategory = unknownCategory
    self.missing = missing
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
    try open(context, cache: .standard)
  }

  /// - Parameter cache: where the index of a table that does not fit into memory is kept.
  package func open(_ context: SourceContext, cache: CSVIndexCache) throws -> any Dataset {
    try readingFiles("path") {
      let file = try cache.derived.unpacking(
        path.text == "-" ? "-" : context.resolve(path), memory: context.memory, parameter: "path")
      return try withExtendedLifetime(file) {
        var names: [String] = []
        var reader = try CSVReader(file.bytes, file: file.path, separator: separator.byte)
        reader.releases = file
        let named = try readHeader(&reader, &names)
        let columns = try CSVColumns(self, names: names, named: named, file: file.path, context)
        if !named {
          reader = try CSVReader(file.bytes, file: file.path, separator: separator.byte)
          reader.releases = file
        }
        guard file.isMapped, context.isTooLarge(estimate(reader, file, columns)) else {
          return try read(&reader, columns, context)
        }
        return try CSVStreaming(source: self, file: file, columns: columns, context: context)
          .open(reader, cache)
      }
    }
  }

  /// Numbers that all features come to, by the length of the first records.
  private func estimate(_ reader: CSVReader, _ file: MappedFile, _ columns: CSVColumns) -> Int {
    let perRow = max(columns.features.count, 1)
    var first = reader
    let start = first.place.offset
    var rows = 0
    while first.place.offset - start < 1 << 20, (try? first.next()) == true { rows += 1 }
    let length = Double(first.place.offset - start) / Double(max(rows, 1))
    return Int(Double(file.bytes.count - start) / max(length, 1)) * perRow
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
    let cells = CSVCells(self, columns)
    let width = columns.names.count
    var categories = try CSVCategories(self, reader, columns, context)
    var values: [Float] = []
    var weights: [Float]? = columns.weight == nil ? nil : []
    // Only what is split needs groups.
    let group = context.expected == nil ? columns.group : nil
    var groups: [Int]? = group == nil ? nil : []
    var groupOf = GroupNumbers()
    var lines: [Int32] = []
    var targets = [RawTargets](repeating: RawTargets(), count: columns.targets.count)
    while try reader.next() {
      guard reader.count == width else { throw cells.lengthProblem(reader) }
      for (feature, column) in columns.features.enumerated() {
        if categories.contains(feature) {
          values.append(
            cells.isMissing(reader, column)
              ? .nan : try categories.code(reader, feature, column, columns))
        } else if let number = cells.number(reader, column) {
          values.append(Float(number))
        } else if cells.isMissing(reader, column) {
          values.append(.nan)
        } else {
          throw cells.problem(reader, column)
        }
      }
      for (place, column) in columns.targets.enumerated() {
        if let number = cells.number(reader, column) {
          targets[place].append(number)
        } else if cells.isMissing(reader, column) {
          targets[place].appendMissing()
        } else {
          targets[place].append(CSVReader.trimmed(reader.text(column)))
        }
      }
      if let column = columns.weight { weights?.append(try cells.weight(reader, column)) }
      if let column = group { groups?.append(groupOf.number(try cells.group(reader, column))) }
      lines.append(Int32(truncatingIfNeeded: reader.line))
    }
    guard !lines.isEmpty else { throw cells.emptiness(reader) }
    let file = reader.file
    let (target, numbers) = try learn(targets, columns, context) { sample, column in
      "\(file): line \(lines[sample]), column `\(columns.names[column])`"
    }
    let description = DataDescription(
      sampleShape: try sampleShape(columns.features.count),
      featureNames: columns.featureNames,
      categories: categories.finish(&values, width: columns.features.count), target: target)
    return try ArrayDataset(
      description, features: values, targets: numbers, weights: weights, groups: groups
    ) { [lines] in "\(file): line \(lines[$0])" }
  }

  func sampleShape(_ count: Int) throws -> Shape {
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
      let sample = part.textOfSample.firstIndex { $0 >= 0 } ?? 0
      throw PluginError(
        place(sample, column) + ": `\(part.texts[0])` is no number, which regression needs")
    }
    let count = first.numbers.count
    let numbers = (0..<count).flatMap { row in raw.map { Float($0.numbers[row]) } }
    return (.values(columns.targets.map { columns.names[$0] }), numbers)
  }
}
