import EspalierProtocols

/// (x − median) / (upper quantile − lower quantile): outliers move neither.
///
/// Quantiles are interpolated linearly; a range of zero is replaced by 1. Same as scikit-learn's
/// `RobustScaler`. Keeps a copy of the training samples in memory while it is fitted. Shape unchanged.
/// Can be undone.
public struct Robust: Normalizer {
  public static let manifest = Manifest(
    "robust", "(x − median)/interquartile range, each feature or channel")

  @Parameter("lower quantile", in: 0...100, unit: "%") public var quantileLow: Double = 25
  @Parameter("upper quantile", in: 0...100, unit: "%") public var quantileHigh: Double = 75
  @Parameter("what has a median of its own") public var per: Grouping = .channel

  public init() {}
  public init(quantileLow: Double = 25, quantileHigh: Double = 75, per: Grouping = .channel) {
    self.quantileLow = quantileLow
    self.quantileHigh = quantileHigh
    self.per = per
  }

  public func validate() throws {
    guard quantileLow < quantileHigh else {
      throw PluginError(
        "quantile_low (\(quantileLow)) must be below quantile_high (\(quantileHigh))",
        parameter: "quantile_low")
    }
  }

  public func fit(_ samples: TrainingSamples) throws -> any Transform {
    let shape = samples.description.sampleShape
    let groups = per.count(shape)
    let width = samples.width
    let size = width / max(groups, 1)
    guard samples.count > 0 else { throw PluginError("there are no training samples to fit to") }
    var columns = [[Float]](repeating: [], count: groups)
    for group in columns.indices { columns[group].reserveCapacity(samples.count * size) }
    var bad: Int?
    try samples.forEachChunk { number, values, _ in
      for row in 0..<number {
        for place in 0..<width {
          let value = values[row * width + place]
          if !value.isFinite { bad = bad ?? place }
          columns[place / size].append(value)
        }
      }
    }
    if let bad {
      throw PluginError(
        "\(FeatureStatistics.name(bad, samples.description)) has values that are not finite in the "
          + "training data")
    }
    var medians: [Float] = []
    var ranges: [Float] = []
    for group in columns.indices {
      columns[group].sort()
      let sorted = columns[group]
      medians.append(Float(Self.quantile(sorted, 0.5)))
      let range = Float(
        Self.quantile(sorted, quantileHigh / 100) - Self.quantile(sorted, quantileLow / 100))
      ranges.append(range > 0 ? range : 1)
    }
    return transform(medians, ranges, shape)
  }

  /// The value below which a share of the sorted values lies, interpolated linearly.
  static func quantile(_ sorted: [Float], _ share: Double) -> Double {
    let place = share * Double(sorted.count - 1)
    let below = Int(place.rounded(.down))
    let above = min(below + 1, sorted.count - 1)
    let low = Double(sorted[below])
    return low + (Double(sorted[above]) - low) * (place - Double(below))
  }

  public func restore(
    _ state: [String: TransformState], sampleShape: Shape
  ) throws -> any Transform {
    let count = per.count(sampleShape)
    return transform(
      try restored("median", from: state, count: count, of: pluginName),
      try restored("scale", from: state, count: count, of: pluginName), sampleShape)
  }

  private func transform(_ median: [Float], _ scale: [Float], _ shape: Shape) -> any Transform {
    Scaling(shape, per, shift: median, divisor: scale, state: ["median": median, "scale": scale])
  }
}
