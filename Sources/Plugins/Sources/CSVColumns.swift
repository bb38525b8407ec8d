import EspalierFormats
import EspalierProtocols

/// Which columns of a table are features and which the target.
struct CSVColumns {
  /// Of all columns.
  let names: [String]
  /// Positions of the features, in the order of the samples' numbers.
  private(set) var features: [Int] = []
  private(set) var featureNames: [String] = []
  private(set) var targets: [Int] = []
  /// How much samples count; there in training alone.
  private(set) var weight: Int?
  /// Which samples belong together.
  private(set) var group: Int?
  /// Whether the target was only assumed to be the last column, in data to predict for: a value there
  /// that is none of the classes is then no mistake.
  private(set) var targetIsGuess = false

  init(
    _ source: CSVSource, names: [String], named: Bool, file: String, _ context: SourceContext
  ) throws {
    self.names = names
    group = context.group.flatMap { position($0) }
    if let text = context.group, group == nil, context.expected == nil {
      throw PluginError(
        "\(file) has no column `\(text)` that could group its samples; it has \(Labels.list(names))",
        remedy: "`data.split.group` names one")
    }
    try checkNames(source, file, named: named)
    if let expected = context.expected, !expected.featureNames.isEmpty {
      try match(source, expected, named: named, file, needsTargets: context.needsTargets)
    } else if let expected = context.expected, !context.needsTargets, source.target.isEmpty,
      source.features.isEmpty, source.ignore.isEmpty, expected.sampleShape.count == names.count
    {
      // The model knows no names, but there are just as many columns as it has features.
      features = Array(names.indices)
      featureNames = names
    } else {
      try choose(source, file)
      if let expected = context.expected, expected.sampleShape.count != features.count {
        throw PluginError(
          "\(file) has \(features.count) feature columns, trained was with "
            + "\(expected.sampleShape.count)")
      }
    }
  }

  private func checkNames(_ source: CSVSource, _ file: String, named: Bool) throws {
    guard named else { return }
    var seen: [String: Int] = [:]
    let ignored = Set(source.ignore.compactMap { position($0) })
    for (column, name) in names.enumerated() where !ignored.contains(column) {
      if name.isEmpty {
        guard source.features.isEmpty else { continue }
        throw PluginError(
          "\(file): column \(column) has no name in the header; name it, or leave it out with "
            + "`ignore: [\(column)]`", parameter: "path")
      }
      if let other = seen[name] {
        throw PluginError(
          "\(file): columns \(other) and \(column) are both named `\(name)`; leave one out with "
            + "`ignore: [\(column)]`", parameter: "path")
      }
      seen[name] = column
    }
  }

  /// The column of a name or, where there is no such name, of a number.
  func position(_ text: String) -> Int? {
    if let column = names.firstIndex(of: text) { return column }
    guard let number = Int(text) else { return nil }
    let column = number < 0 ? number + names.count : number
    return names.indices.contains(column) ? column : nil
  }

  private func find(_ text: String, parameter: String, _ file: String) throws -> Int {
    guard let column = position(text) else {
      throw PluginError(
        "\(file) has no column `\(text)`; it has \(Labels.list(names))", parameter: parameter)
    }
    return column
  }

  /// By the config alone.
  private mutating func choose(_ source: CSVSource, _ file: String) throws {
    var ignored = Set(try source.ignore.map { try find($0, parameter: "ignore", file) })
    weight = try source.weight.map { try find($0, parameter: "weight", file) }
    if let weight { ignored.insert(weight) }
    if let group {
      if try source.target.contains(where: { try find($0, parameter: "target", file) == group }) {
        throw PluginError(
          "the target `\(names[group])` cannot group the samples", parameter: "target")
      }
      // A column that is named as a feature stays one.
      let chosen = try source.features.map { try find($0, parameter: "features", file) }
      if !chosen.contains(group) { ignored.insert(group) }
    }
    if source.target.isEmpty {
      guard let last = names.indices.last(where: { !ignored.contains($0) }) else {
        throw PluginError("no column is left", parameter: "ignore")
      }
      targets = [last]
    } else {
      targets = try source.target.map { try find($0, parameter: "target", file) }
    }
    if let column = targets.first(where: { ignored.contains($0) }) {
      throw PluginError("the target `\(names[column])` is ignored too", parameter: "ignore")
    }
    if source.features.isEmpty {
      features = names.indices.filter { !ignored.contains($0) && !targets.contains($0) }
    } else {
      features = try source.features.map { try find($0, parameter: "features", file) }
        .filter { !ignored.contains($0) }
      if let column = features.first(where: { targets.contains($0) }) {
        throw PluginError(
          "the target `\(names[column])` is among the features", parameter: "features")
      }
    }
    guard !features.isEmpty else {
      throw PluginError(
        "\(file) has no feature column beside the target; is the separator right?",
        parameter: "path")
    }
    guard Set(features).count == features.count, Set(targets).count == targets.count else {
      throw PluginError("a column is named twice", parameter: "features")
    }
    featureNames = features.map { names[$0] }
  }

  /// By the names of the training table.
  private mutating func match(
    _ source: CSVSource, _ expected: DataDescription, named: Bool, _ file: String,
    needsTargets: Bool
  ) throws {
    featureNames = expected.featureNames
    if !named, names.count == expected.featureNames.count, !needsTargets {
      // Nothing but the features, in order.
      features = Array(names.indices)
      return
    }
    let index = Dictionary(zip(names, 0...), uniquingKeysWith: { first, _ in first })
    let missing = expected.featureNames.filter { index[$0] == nil }
    guard missing.isEmpty else {
      throw PluginError(
        "\(file) lacks \(missing.count == 1 ? "the column" : "the columns") "
          + "\(Labels.list(missing)) of the training data; it has \(Labels.list(names))",
        parameter: "path")
    }
    features = expected.featureNames.map { index[$0]! }
    let used = Set(features)
    if !source.target.isEmpty {
      let found = source.target.compactMap { position($0) }.filter { !used.contains($0) }
      if found.count == source.target.count { targets = found }
    } else if case .values(let values) = expected.target {
      let found = values.compactMap { index[$0] }
      if found.count == values.count { targets = found }
    } else if case .classes = expected.target {
      let others = (source.ignore + [source.weight].compactMap { $0 }).compactMap { position($0) }
      let ignored = Set(others + [group].compactMap { $0 })
      if let last = names.indices.last(where: { !ignored.contains($0) }), !used.contains(last) {
        targets = [last]
        targetIsGuess = !needsTargets
      }
    }
    if targets.isEmpty, needsTargets {
      let wanted = source.target.isEmpty ? expected.target.names : source.target
      throw PluginError(
        "\(file) lacks the target column \(Labels.list(wanted))", parameter: "target")
    }
  }
}
