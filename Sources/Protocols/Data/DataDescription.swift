/// What the samples of a data set are: shapes, names, and what there is to learn.
public struct DataDescription: Sendable {
  /// Shape of one sample: [features], or [channel, row, column] for images.
  public var sampleShape: Shape
  /// Names of the features, where the data name them; else empty.
  public var featureNames: [String]
  /// The features that are categories, by their number, each with the names of its levels: the feature's
  /// value is the place of its level in the list, from 0.
  public var categories: [Int: [String]]
  /// What there is to learn.
  public var target: TargetDescription

  public init(
    sampleShape: Shape, featureNames: [String] = [], categories: [Int: [String]] = [:],
    target: TargetDescription
  ) {
    self.sampleShape = sampleShape
    self.featureNames = featureNames
    self.categories = categories
    self.target = target
  }

  /// What a feature is called: its name, or its number where it has none.
  public func name(ofFeature number: Int) -> String {
    featureNames.count == sampleShape.count && featureNames.indices.contains(number)
      ? featureNames[number] : "\(number)"
  }

  /// The numbers of the features whose names fit patterns such as `pixel_*`, in their order; features
  /// without names go by their numbers, from 0.
  ///
  /// - Parameter parameter: the plugin's parameter that holds the patterns, for messages.
  /// - Throws: ``PluginError`` for a pattern that fits none.
  public func features(fitting patterns: [String], of parameter: String) throws -> [Int] {
    let names = (0..<sampleShape.count).map { name(ofFeature: $0) }
    var chosen = [Bool](repeating: false, count: names.count)
    for text in patterns {
      let pattern = NamePattern(text)
      var fits = false
      for (number, name) in names.enumerated() where pattern.matches(name) {
        chosen[number] = true
        fits = true
      }
      guard fits else {
        let listed = names.prefix(12).map { "`\($0)`" }.joined(separator: ", ")
        throw PluginError(
          "no feature is called `\(text)`; there are \(listed)"
            + (names.count > 12 ? ", … (\(names.count) in all)" : ""), parameter: parameter,
          remedy: "`*` stands for any characters")
      }
    }
    return chosen.indices.filter { chosen[$0] }
  }
}

/// What there is to learn.
public enum TargetDescription: Sendable, Hashable {
  /// One of several classes; a target is the class's number.
  case classes([String])
  /// One or more values, by name.
  case values([String])
  /// Nothing: data to predict for.
  case none

  /// The kind of learning it is for.
  public var task: LearningTask {
    switch self {
    case .classes: .classification
    case .values: .regression
    case .none: .any
    }
  }
  /// Numbers of a target: 1 for a class, else one a value.
  public var width: Int {
    switch self {
    case .classes: 1
    case .values(let names): names.count
    case .none: 0
    }
  }
  /// Classes, or values.
  public var count: Int {
    switch self {
    case .classes(let names), .values(let names): names.count
    case .none: 0
    }
  }
  /// Names of the classes or values.
  public var names: [String] {
    switch self {
    case .classes(let names), .values(let names): names
    case .none: []
    }
  }
}
