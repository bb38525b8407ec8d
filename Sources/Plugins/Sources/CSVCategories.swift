import EspalierFormats
import EspalierProtocols

/// Numbers for the texts in columns that are categories.
struct CSVCategories {
  /// The number of each level, by feature; empty for features that are numbers.
  private var codes: [[String: Int]]
  private let isCategory: [Bool]
  /// Whether levels are those of the training table, to which none is added.
  private let isKnown: Bool
  private let unknown: CSVSource.UnknownCategory

  /// More different texts than this are no category but names of the samples.
  static let mostLevels = 65_536

  /// - Parameter reader: stands before the first sample.
  init(
    _ source: CSVSource, _ reader: CSVReader, _ columns: CSVColumns, _ context: SourceContext
  ) throws {
    unknown = source.unknownCategory
    let count = columns.features.count
    codes = [[String: Int]](repeating: [:], count: count)
    if let expected = context.expected {
      isKnown = true
      isCategory = (0..<count).map { expected.categories[$0] != nil }
      for (feature, levels) in expected.categories where feature < count {
        codes[feature] = Dictionary(zip(levels, 0...), uniquingKeysWith: { first, _ in first })
      }
      return
    }
    isKnown = false
    switch source.categories {
    case .auto: isCategory = try Self.textColumns(source, reader, columns)
    case .columns(let named):
      var chosen = [Bool](repeating: false, count: count)
      for text in named {
        guard let column = columns.position(text),
          let feature = columns.features.firstIndex(of: column)
        else {
          throw PluginError(
            "there is no feature column `\(text)`; there are \(Labels.list(columns.featureNames))",
            parameter: "categories")
        }
        chosen[feature] = true
      }
      isCategory = chosen
    }
  }

  /// Levels that are known, of which only places are asked.
  init(levels: [Int: [String]], count: Int) {
    unknown = .missing
    isKnown = true
    isCategory = (0..<count).map { levels[$0] != nil }
    codes = [[String: Int]](repeating: [:], count: count)
    set(levels: levels)
  }

  /// Goes through the table once and finds the feature columns that hold text.
  private static func textColumns(
    _ source: CSVSource, _ reader: CSVReader, _ columns: CSVColumns
  ) throws -> [Bool] {
    var reader = reader
    let missing = Set(source.missing)
    let decimal = UInt8(ascii: source.decimalComma ? "," : ".")
    var result = [Bool](repeating: false, count: columns.features.count)
    // A record of another length is complained of where its fields are read.
    while try reader.next(), reader.count == columns.names.count {
      for (feature, column) in columns.features.enumerated()
      where !result[feature] && reader.number(column, decimal: decimal) == nil
        && !reader.isMissing(column)
      {
        result[feature] = !missing.contains(CSVReader.trimmed(reader.text(column)))
      }
    }
    return result
  }

  func contains(_ feature: Int) -> Bool { isCategory[feature] }

  /// The number of the level in a field of the current record; NaN for an unknown one that is allowed.
  mutating func code(
    _ reader: CSVReader, _ feature: Int, _ column: Int, _ columns: CSVColumns
  ) throws -> Float {
    let text = CSVReader.trimmed(reader.text(column))
    if let known = codes[feature][text] { return Float(known) }
    let count = codes[feature].count
    func problem(_ words: String) -> FormatError {
      FormatError(
        reader.file, "line \(reader.line), column `\(columns.names[column])`: " + words)
    }
    guard !isKnown else {
      if unknown == .missing { return .nan }
      let levels = codes[feature].sorted { $0.value < $1.value }.map(\.key)
      throw problem(
        "`\(text.prefix(40))` is none of the levels learned: \(Labels.list(levels)); "
          + "`unknown_category: missing` takes it for a missing value")
    }
    guard count < Self.mostLevels else {
      throw problem(
        "more than \(Self.mostLevels) different texts make no category; leave the column out with "
          + "`ignore: [\(columns.names[column])]`")
    }
    codes[feature][text] = count
    return Float(count)
  }

  /// Brings levels into the order of their characters, which ``level`` tells from now on.
  ///
  /// - Returns: the levels by feature.
  mutating func settle() -> [Int: [String]] {
    var nothing: [Float] = []
    let names = finish(&nothing, width: 1)
    set(levels: names)
    return names
  }

  /// - Parameter levels: in their order, by feature.
  mutating func set(levels: [Int: [String]]) {
    for (feature, names) in levels where codes.indices.contains(feature) {
      codes[feature] = Dictionary(zip(names, 0...), uniquingKeysWith: { first, _ in first })
    }
  }

  /// The place of the level in a field of the current record; NaN for one that is not known.
  func level(_ reader: CSVReader, _ feature: Int, _ column: Int) -> Float {
    codes[feature][CSVReader.trimmed(reader.text(column))].map { Float($0) } ?? .nan
  }

  /// Brings levels into the order of their characters, and gives their names by feature.
  ///
  /// - Parameter values: the features of all samples, with the numbers that ``code`` gave.
  func finish(_ values: inout [Float], width: Int) -> [Int: [String]] {
    var names: [Int: [String]] = [:]
    for feature in isCategory.indices where isCategory[feature] {
      guard !isKnown else {
        names[feature] = codes[feature].sorted { $0.value < $1.value }.map(\.key)
        continue
      }
      let levels = codes[feature].keys.sorted {
        $0.unicodeScalars.lexicographicallyPrecedes($1.unicodeScalars)
      }
      var place = [Float](repeating: 0, count: levels.count)
      for (number, level) in levels.enumerated() { place[codes[feature][level]!] = Float(number) }
      for index in stride(from: feature, to: values.count, by: width) where !values[index].isNaN {
        values[index] = place[Int(values[index])]
      }
      names[feature] = levels
    }
    return names
  }
}
