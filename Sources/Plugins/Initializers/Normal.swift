import EspalierProtocols

/// Normally distributed values, N(mean, std²).
public struct Normal: Initializer {
  public static let manifest = Manifest("normal", "w ~ N(mean, std²): normally distributed")

  @Parameter("mean") public var mean: Float = 0
  @Parameter("standard deviation", in: 0...) public var std: Float = 0.05

  public init() {}
  public init(mean: Float = 0, std: Float = 0.05) {
    self.mean = mean
    self.std = std
  }

  public func values(for parameter: ParameterDescription, random: inout CounterRandom) -> [Float] {
    (0..<parameter.shape.count).map { _ in mean + std * random.normal() }
  }
}
