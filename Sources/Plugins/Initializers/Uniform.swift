import EspalierProtocols

/// Values spread evenly over low ≤ x < high.
public struct Uniform: Initializer {
  public static let manifest = Manifest("uniform", "w ~ U(low, high): spread evenly")

  @Parameter("smallest value") public var low: Float = -0.05
  @Parameter("value below which all lie") public var high: Float = 0.05

  public init() {}
  public init(low: Float, high: Float) {
    self.low = low
    self.high = high
  }

  public func validate() throws {
    guard low < high else {
      throw PluginError("low must be below high (\(high)), not \(low)", parameter: "low")
    }
  }

  public func values(for parameter: ParameterDescription, random: inout CounterRandom) -> [Float] {
    (0..<parameter.shape.count).map { _ in random.uniform(in: low..<high) }
  }
}
