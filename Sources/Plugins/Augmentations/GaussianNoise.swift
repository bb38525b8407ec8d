import EspalierProtocols

/// x + deviation · n, n standard normal, a fresh number for each pixel of a share of the samples.
///
/// With `low` and `high` the result is kept within what pixels can be. Any shape; shape unchanged.
public struct GaussianNoise: Augmentation {
  public static let manifest = Manifest(
    "gaussian_noise", "x + deviation·n with a probability, n standard normal: for pixels",
    paper: "Sietsma and Dow, 1991", sample: "{gaussian_noise: {deviation: 0.05}}")

  @Parameter("standard deviation of the noise", in: 0...) public var deviation: Float = 0.1
  @Parameter("share of samples that are changed", in: 0...1) public var probability: Float = 1
  @Parameter("smallest value that a pixel can have") public var low: Float?
  @Parameter("largest value that a pixel can have") public var high: Float?

  public init() {}
  public init(
    deviation: Float, probability: Float = 1, low: Float? = nil, high: Float? = nil
  ) {
    self.deviation = deviation
    self.probability = probability
    self.low = low
    self.high = high
  }

  public func validate() throws {
    if let low, let high, low >= high {
      throw PluginError("low \(low) is not below high \(high)", parameter: "low")
    }
  }

  public func augment(
    _ sample: UnsafeMutableBufferPointer<Float>, shape: Shape,
    scratch: UnsafeMutableBufferPointer<Float>, random: inout CounterRandom
  ) {
    guard deviation > 0, probability == 1 || random.uniform() < probability else { return }
    let count = sample.count
    for start in stride(from: 0, to: count, by: 16) {
      let (first, second) = random.sixteenNormals()
      for lane in 0..<min(8, count - start) { sample[start + lane] += deviation * first[lane] }
      for lane in 0..<max(0, min(8, count - start - 8)) {
        sample[start + 8 + lane] += deviation * second[lane]
      }
    }
    if let low { for place in 0..<count { sample[place] = max(sample[place], low) } }
    if let high { for place in 0..<count { sample[place] = min(sample[place], high) } }
  }
}
