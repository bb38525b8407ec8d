import EspalierProtocols

/// Normally distributed values of which those outside of [low, high] are drawn again.
public struct TruncatedNormal: Initializer {
  public static let manifest = Manifest(
    "truncated_normal", "w ~ N(mean, std²), drawn again outside of [low, high]")

  @Parameter("mean before truncation") public var mean: Float = 0
  @Parameter("standard deviation before truncation", in: Bounds.positive) public var std: Float =
    0.02
  @Parameter("smallest value; mean - 2 std unless given") public var low: Float? = nil
  @Parameter("largest value; mean + 2 std unless given") public var high: Float? = nil

  public init() {}
  public init(mean: Float = 0, std: Float = 0.02, low: Float? = nil, high: Float? = nil) {
    self.mean = mean
    self.std = std
    self.low = low
    self.high = high
  }

  private var range: ClosedRange<Float>? {
    let low = low ?? mean - 2 * std
    let high = high ?? mean + 2 * std
    return low <= high ? low...high : nil
  }

  public func validate() throws {
    guard let range else { throw PluginError("low must be below high", parameter: "low") }
    // Drawing again ends soon only where the distribution has some of its mass.
    guard range.upperBound - range.lowerBound >= 0.1 * std, range.lowerBound <= mean + 3 * std,
      range.upperBound >= mean - 3 * std
    else {
      throw PluginError(
        "a normal distribution with mean \(mean) and std \(std) has next to no values from "
          + "\(range.lowerBound) to \(range.upperBound)", parameter: "low")
    }
  }

  public func values(for parameter: ParameterDescription, random: inout CounterRandom) throws
    -> [Float]
  {
    try validate()
    let range = range ?? 0...0
    return (0..<parameter.shape.count).map { _ in
      while true {
        let value = mean + std * random.normal()
        if range.contains(value) { return value }
      }
    }
  }
}
