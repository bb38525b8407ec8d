import EspalierProtocols

/// All the same number. In a hidden layer's weights all units then stay alike: meant for offsets.
public struct Constant: Initializer {
  public static let manifest = Manifest(
    "constant", "w = value: for offsets, not for weights", sample: "{constant: {value: 0.1}}")

  @Parameter("the number") public var value: Float

  public init() {}
  public init(_ value: Float) { self.value = value }

  public func values(for parameter: ParameterDescription, random: inout CounterRandom) -> [Float] {
    [Float](repeating: value, count: parameter.shape.count)
  }
}
