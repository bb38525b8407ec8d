/// What the samples of a data set are: shapes, names, and what there is to learn.
public struct DataDescription: Sendable {
  /// Shape of one sample: [features], or [channel, row, column] for images.
  public var sampleShape: Shape
  /// Names of the features, where the data name them; else empty.
  public var featureNames: [String]
  /// What there is to learn.
  public var target: TargetDescription

  public init(sampleShape: Shape, featureNames: [String] = [], target: TargetDescription) {
    self.sampleShape = sampleShape
    self.featureNames = featureNames
    self.target = target
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
