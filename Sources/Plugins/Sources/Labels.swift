import EspalierProtocols

/// What was found in the target column or array: numbers and, where they are none, texts.
struct RawTargets {
  /// One a sample; NaN where the sample's target is text, or missing.
  var numbers: [Double] = []
  /// Distinct texts, and for each sample which of them; empty unless there are any.
  var texts: [String] = []
  var textOfSample: [Int32] = []
  private var textNumbers: [String: Int32] = [:]

  mutating func append(_ number: Double) {
    numbers.append(number)
    if !texts.isEmpty { textOfSample.append(-1) }
  }

  /// A target that is not known.
  mutating func appendMissing() { append(.nan) }

  mutating func append(_ text: String) {
    if texts.isEmpty { textOfSample = [Int32](repeating: -1, count: numbers.count) }
    numbers.append(.nan)
    if let known = textNumbers[text] {
      textOfSample.append(known)
    } else {
      textNumbers[text] = Int32(texts.count)
      textOfSample.append(Int32(texts.count))
      texts.append(text)
    }
  }

  /// Whether these look like classes: text, or whole numbers of few different values.
  var lookLikeClasses: Bool {
    if !texts.isEmpty { return true }
    var distinct: Set<Double> = []
    for number in numbers where !number.isNaN {
      guard number == number.rounded() else { return false }
      distinct.insert(number)
      if distinct.count > 20 { return false }
    }
    return distinct.count <= 2 || distinct.count * 2 <= numbers.count
  }

  /// Numbers the samples by class.
  ///
  /// - Parameters:
  ///   - expected: the classes of the training data; found and sorted when not given.
  ///   - place: says where a sample stands, for the message.
  /// - Returns: the classes' names and the class number of each sample, NaN where it is missing.
  func classes(
    expected: [String]?, place: (Int) -> String
  ) throws -> (names: [String], numbers: [Float]) {
    let names = expected ?? sortedNames()
    let index = Dictionary(zip(names, 0...), uniquingKeysWith: { first, _ in first })
    let textIndex = texts.map { index[$0] }
    var numberIndex: [Double: Int] = [:]
    var result: [Float] = []
    result.reserveCapacity(numbers.count)
    for (sample, number) in numbers.enumerated() {
      let isText = !texts.isEmpty && textOfSample[sample] >= 0
      var found: Int?
      if number.isNaN, !isText {
        result.append(.nan)
        continue
      }
      if isText {
        found = textIndex[Int(textOfSample[sample])]
      } else if let known = numberIndex[number] {
        found = known
      } else {
        found = index[ConfigValue.format(number)]
        numberIndex[number] = found
      }
      guard let found else {
        let value = isText ? texts[Int(textOfSample[sample])] : ConfigValue.format(number)
        throw PluginError(
          "\(place(sample)): `\(value)` is none of the classes learned: "
            + Labels.list(names))
      }
      result.append(Float(found))
    }
    return (names, result)
  }

  /// In the order of numbers where all are numbers, else in that of their characters.
  private func sortedNames() -> [String] {
    let distinct = Set(numbers.filter { !$0.isNaN }).sorted().map(ConfigValue.format)
    if texts.isEmpty { return distinct }
    return Set(distinct + texts).sorted {
      $0.unicodeScalars.lexicographicallyPrecedes($1.unicodeScalars)
    }
  }
}

/// Classes whose names are the numbers of an array.
enum ClassNumbers {
  /// Whether these look like classes: whole numbers of few different values.
  static func fit(_ values: [Float]) -> Bool {
    var distinct: Set<Float> = []
    var last = Float.nan
    for value in values where value != last && !value.isNaN {
      last = value
      guard value == value.rounded() else { return false }
      distinct.insert(value)
      if distinct.count > 20 { return false }
    }
    return distinct.count <= 2 || distinct.count * 2 <= values.count
  }

  /// Puts the number of its class in the place of each value.
  ///
  /// - Parameters:
  ///   - expected: the classes of the training data; found and sorted when not given.
  ///   - place: says where a sample stands, for the message.
  /// - Returns: the classes' names.
  static func number(
    _ values: inout [Float], expected: [String]?, place: (Int) -> String
  ) throws -> [String] {
    var numbers: [Float: Float] = [:]
    if expected == nil {
      var last = Float.nan
      for value in values where value != last && !value.isNaN {
        last = value
        numbers[value] = 0
      }
    }
    let sorted = numbers.keys.sorted()
    let names = expected ?? sorted.map { ConfigValue.format(Double($0)) }
    let index = Dictionary(zip(names, 0...), uniquingKeysWith: { first, _ in first })
    for (number, value) in sorted.enumerated() { numbers[value] = Float(number) }
    for (sample, value) in values.enumerated() where !value.isNaN {
      if let known = numbers[value] {
        values[sample] = known
      } else if let found = index[ConfigValue.format(Double(value))] {
        numbers[value] = Float(found)
        values[sample] = Float(found)
      } else {
        throw PluginError(
          "\(place(sample)): `\(ConfigValue.format(Double(value)))` is none of the classes learned: "
            + Labels.list(names))
      }
    }
    return names
  }
}

enum Labels {
  /// A few names, in a message.
  static func list(_ names: [String]) -> String {
    names.count <= 12
      ? names.joined(separator: ", ")
      : names.prefix(10).joined(separator: ", ") + ", … (\(names.count) in all)"
  }
}

/// What there is to learn from a target.
public enum TargetTask: String, Choice, Sendable {
  /// Classes where targets are text or few whole numbers, else values.
  case auto
  case classification
  case regression
}
