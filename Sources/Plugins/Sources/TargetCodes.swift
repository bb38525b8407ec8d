import EspalierProtocols

/// What was found in the target column of a table that does not fit into memory: 4 bytes a sample.
///
/// Targets are the numbers of an entry in a list of all that are different. Once there are too many for
/// classes, they are the values themselves.
struct TargetCodes {
  private enum Entry {
    case number(Double)
    case text(String)
  }

  /// One a sample: NaN where it is missing; else the number of an entry, from 0, or the value.
  private(set) var cells: [Float] = []
  private var entries: [Entry] = []
  private var codeOfNumber: [Double: Int] = [:]
  private var codeOfText: [String: Int] = [:]
  private var areValues = false
  private var lastNumber = Double.nan
  private var lastCode: Float = 0
  /// The first target that is no number.
  private(set) var firstText: (sample: Int, text: String)?

  /// Classes that there may be. Numbers of entries stay exact in 32 bits.
  static let mostClasses = 65_536

  mutating func appendMissing() { cells.append(.nan) }

  mutating func append(_ number: Double) {
    if areValues {
      cells.append(Float(number))
    } else if number == lastNumber {
      cells.append(lastCode)
    } else {
      let known = codeOfNumber[number]
      guard known != nil || entries.count <= Self.mostClasses else {
        if firstText == nil {
          takeValues()
          cells.append(Float(number))
        } else {
          // Nothing is learned of a column with text and so many numbers.
          cells.append(.nan)
        }
        return
      }
      let code = known ?? entries.count
      if known == nil {
        entries.append(.number(number))
        codeOfNumber[number] = code
      }
      (lastNumber, lastCode) = (number, Float(code))
      cells.append(lastCode)
    }
  }

  mutating func append(_ text: String) {
    if firstText == nil { firstText = (cells.count, text) }
    guard !areValues, codeOfText[text] != nil || entries.count <= Self.mostClasses else {
      cells.append(.nan)
      return
    }
    let code = codeOfText[text] ?? entries.count
    if code == entries.count {
      entries.append(.text(text))
      codeOfText[text] = code
    }
    cells.append(Float(code))
  }

  /// Whether these look like classes: text, or whole numbers of few different values.
  var lookLikeClasses: Bool {
    if firstText != nil { return true }
    guard !areValues, entries.count <= 20 else { return false }
    for case .number(let number) in entries where number != number.rounded() { return false }
    return entries.count <= 2 || entries.count * 2 <= cells.count
  }

  /// Puts the values in the place of the numbers of entries; text becomes NaN.
  mutating func takeValues() {
    guard !areValues else { return }
    areValues = true
    let values = entries.map { entry -> Float in
      if case .number(let number) = entry { Float(number) } else { .nan }
    }
    for sample in cells.indices where !cells[sample].isNaN {
      cells[sample] = values[Int(cells[sample])]
    }
  }

  /// Puts the numbers of classes in the place of those of entries.
  ///
  /// - Parameters:
  ///   - expected: the classes of the training data; found and sorted when not given.
  ///   - place: says where a sample stands, for the message.
  /// - Returns: the classes' names.
  mutating func takeClasses(
    expected: [String]?, place: (Int) throws -> String
  ) throws -> [String] {
    guard !areValues, entries.count <= Self.mostClasses else {
      throw PluginError(
        "more than \(Self.mostClasses) different targets are no classes", parameter: "target",
        remedy: "set `task: regression` where they are values")
    }
    let names = expected ?? sortedNames()
    let index = Dictionary(zip(names, 0...), uniquingKeysWith: { first, _ in first })
    let classes = entries.map { index[Self.name($0)] }
    for sample in cells.indices where !cells[sample].isNaN {
      let code = Int(cells[sample])
      guard let number = classes[code] else {
        throw PluginError(
          "\(try place(sample)): `\(Self.name(entries[code]))` is none of the classes learned: "
            + Labels.list(names))
      }
      cells[sample] = Float(number)
    }
    return names
  }

  private static func name(_ entry: Entry) -> String {
    switch entry {
    case .number(let number): ConfigValue.format(number)
    case .text(let text): text
    }
  }

  /// In the order of numbers where all are numbers, else in that of their characters.
  private func sortedNames() -> [String] {
    if firstText == nil { return codeOfNumber.keys.sorted().map(ConfigValue.format) }
    return Set(entries.map(Self.name)).sorted {
      $0.unicodeScalars.lexicographicallyPrecedes($1.unicodeScalars)
    }
  }
}
