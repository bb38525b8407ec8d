import EspalierProtocols

/// low + (x − min) / (max − min) · (high − low): the training samples fill low…high.
///
/// Other samples may leave the range. What is constant in the training samples is divided by 1. Same as
/// scikit-learn's `MinMaxScaler`. Shape unchanged. Can be undone.
public struct MinMax: Normalizer {
  public static let manifest = Manifest(
    "min_max", "low + (x − min)/(max − min)·(high − low), each feature or channel")

  @Parameter("value that the smallest becomes") public var low: Float = 0
  @Parameter("value that the greatest becomes") public var high: Float = 1
  @Parameter("what has a minimum and maximum of its own") public var per: Grouping = .channel

  public init() {}
  public init(low: Float = 0, high: Float = 1, per: Grouping = .channel) {
    self.low = low
    self.high = high
    self.per = per
  }

  public func validate() throws {
    guard low < high else {
      throw PluginError("low (\(low)) must be below high (\(high))", parameter: "low")
    }
  }

  public func fit(_ samples: TrainingSamples) throws -> any Transform {
    let (low, high) = try FeatureStatistics(samples).extremes(per)
    return transform(low, high, samples.description.sampleShape)
  }

  public func restore(
    _ state: [String: TransformState], sampleShape: Shape
  ) throws -> any Transform {
    let count = per.count(sampleShape)
    return transform(
      try restored("minimum", from: state, count: count, of: pluginName),
      try restored("maximum", from: state, count: count, of: pluginName), sampleShape)
  }

  private func transform(_ least: [Float], _ most: [Float], _ shape: Shape) -> any Transform {
    let range = zip(least, most).map { $1 > $0 ? $1 - $0 : 1 }
    return Scaling(
      shape, per, shift: least, divisor: range, gain: high - low, offset: low,
      state: ["minimum": least, "maximum": most])
  }
}
