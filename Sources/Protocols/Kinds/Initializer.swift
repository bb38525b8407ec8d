/// Gives a parameter its first value.
public protocol Initializer: Plugin {
  /// All elements, row-major.
  /// - Throws: ``PluginError`` when the parameter cannot be filled (a shape that does not suit, a file
  ///   without it).
  func values(for parameter: ParameterDescription, random: inout CounterRandom) throws -> [Float]
}

/// What an initializer knows about a parameter.
public struct ParameterDescription: Sendable {
  /// Full name, `dense_1.weight`.
  public let name: String
  /// The parameter's shape.
  public let shape: Shape
  /// Inputs of one unit: in features, or in channels × kernel.
  public let fanIn: Int
  /// Units that one input feeds.
  public let fanOut: Int
  /// The folder against which files in the config are resolved.
  public let folder: String

  public init(name: String, shape: Shape, fanIn: Int, fanOut: Int, folder: String = ".") {
    self.name = name
    self.shape = shape
    self.fanIn = fanIn
    self.fanOut = fanOut
    self.folder = folder
  }
}

extension Variable {
  /// The variable's first value.
  ///
  /// Drawn from a stream of its own name, so that adding a layer does not change the others' weights.
  public func initialValues(seed: UInt64, folder: String) throws -> [Float] {
    switch initial {
    case .constant(let value): return [Float](repeating: value, count: shape.count)
    case .drawn(let initializer, let fanIn, let fanOut):
      var random = CounterRandom(seed: seed, stream: "initializer:" + name)
      let description = ParameterDescription(
        name: name, shape: shape, fanIn: fanIn, fanOut: fanOut, folder: folder)
      let values = try initializer.values(for: description, random: &random)
      guard values.count == shape.count else {
        throw PluginError(
          "`\(name)` \(shape) needs \(shape.count) values, and it gave \(values.count)",
          remedy: "give as many as `parameter.shape.count`")
      }
      return values
    }
  }
}
