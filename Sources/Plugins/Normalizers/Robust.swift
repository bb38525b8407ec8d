import EspalierProtocols

/// (x − median) / (upper quantile − lower quantile): outliers move neither.
///
/// Quantiles are interpolated linearly; a range of zero is replaced by 1. Same as scikit-learn's
/// `RobustScaler`. Up to 2²⁵ values are held in memory while it is fitted; the quantiles of more are
/// counted, as exactly, in three passes over the samples. Shape unchanged. Can be undone.
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
    try fit(samples, mostHeld: RankedValues.mostHeld)
  }

  /// - Parameter mostHeld: values that may be held.
  package func fit(_ samples: TrainingSamples, mostHeld: Int) throws -> any Transform {
    let shape = samples.description.sampleShape
    let groups = per.count(shape)
    let width = samples.width
    let size = width / max(groups, 1)
    guard samples.count > 0 else { throw PluginError("there are no training samples to fit to") }
    guard samples.count <= mostHeld / max(width, 1) else {
      return try fit(samples, byCountingGroupsOf: size)
    }
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
    try Self.check(bad, samples)
    let quantiles = columns.indices.map { group -> [Double] in
      columns[group].sort()
      return shares.map { Self.quantile(columns[group], $0) }
    }
    return transform(quantiles, shape)
  }

  private func fit(
    _ samples: TrainingSamples, byCountingGroupsOf size: Int
  ) throws -> any Transform {
    let found = try RankedValues.quantiles(
      samples, groupOf: (0..<samples.width).map { $0 / size }, shares: shares)
    try Self.check(found.notFinite, samples)
    return transform(found.groups.map { $0 ?? [0, 0, 0] }, samples.description.sampleShape)
  }

  /// Median, lower and upper quantile.
  private var shares: [Double] { [0.5, quantileLow / 100, quantileHigh / 100] }

  private func transform(_ quantiles: [[Double]], _ shape: Shape) -> any Transform {
    let ranges = quantiles.map { Float($0[2] - $0[1]) }
    return transform(quantiles.map { Float($0[0]) }, ranges.map { $0 > 0 ? $0 : 1 }, shape)
  }

  private static func check(_ bad: Int?, _ samples: TrainingSamples) throws {
    guard let bad else { return }
    throw PluginError(
      "\(FeatureStatistics.name(bad, samples.description)) has values that are not finite in the "
        + "training data")
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
