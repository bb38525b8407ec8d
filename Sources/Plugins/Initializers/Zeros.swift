import EspalierProtocols

/// All zero. In a hidden layer's weights all units then stay alike: meant for offsets.
public struct Zeros: Initializer {
  public static let manifest = Manifest("zeros", "w = 0: for offsets, not for weights")

  public init() {}

  public func values(for parameter: ParameterDescription, random: inout CounterRandom) -> [Float] {
    [Float](repeating: 0, count: parameter.shape.count)
  }
}
