/// What a search may vary: values of a config, each with what it can be.
public struct SearchSpace: Sendable, Hashable {
  /// In the order of the sweep, which is that in which they are set.
  public let parameters: [SearchParameter]

  public init(_ parameters: [SearchParameter]) { self.parameters = parameters }

  /// Whether a point has a number for each parameter, and all lie within.
  public func contains(_ point: SearchPoint) -> Bool {
    point.numbers.count == parameters.count
      && zip(parameters, point.numbers).allSatisfy { $0.range.contains($1) }
  }
}

/// A value of a config that is searched.
public struct SearchParameter: Sendable, Hashable {
  /// Where it stands in the config, as `--set` writes it: `optimizer.adam.learning_rate`.
  public let path: String
  /// What it can be.
  public let range: SearchRange

  public init(_ path: String, _ range: SearchRange) {
    self.path = path
    self.range = range
  }
}

/// A place in a space: a number for each parameter; of a choice, which it is, from 0.
public struct SearchPoint: Sendable, Hashable {
  /// In the order of the space's parameters.
  public var numbers: [Double]

  public init(_ numbers: [Double]) { self.numbers = numbers }
}
