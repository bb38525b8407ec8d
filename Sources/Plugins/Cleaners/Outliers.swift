import EspalierProtocols

/// Takes values back that lie far from the others, or their samples out of training.
///
/// With Q₁ and Q₃ the quartiles (interpolated linearly), μ the mean and σ the deviation (divided by n) of
/// a feature in the training split, values within these fences stay:
///
/// ```
/// iqr   Q₁ − k·(Q₃ − Q₁) … Q₃ + k·(Q₃ − Q₁)      k = 1.5 unless given
/// z     μ − k·σ … μ + k·σ                        k = 3 unless given
/// ```
/// `clip` puts others on the fence, `missing` makes them NaN, for `missing_values` behind it, and `drop`
/// leaves samples with one out of the training split alone. Missing values stay as they are and have no
/// part in the fences; so do categories, and features whose Q₃ − Q₁ or σ is zero. Up to 2²⁵ values are held
/// in memory while `iqr` is fitted; the quartiles of more are counted, as exactly, in three passes over the
/// samples. Shape unchanged.
public struct Outliers: Cleaner {
  /// How the fences are found.
  public enum Rule: String, Choice, Sendable { case iqr, z }
  /// What becomes of a value beyond them.
  public enum Action: String, Choice, Sendable { case clip, drop, missing }

  public static let manifest = Manifest(
    "outliers", "clips or takes out values beyond Q₁ − k·IQR … Q₃ + k·IQR, or μ ± k·σ",
    paper: "Tukey, 1977", sample: "outliers: {rule: iqr, factor: 3}")

  @Parameter("how fences are found: from the quartiles, or from mean and deviation")
  public var rule: Rule = .iqr
  @Parameter("k, how far out they are; 1.5 for iqr and 3 for z unless given", in: 0...)
  public var factor: Double? = nil
  @Parameter("what becomes of a value beyond them") public var action: Action = .clip
  @Parameter("names of the features that it sees to, such as pixel_*; all unless given")
  public var features: [String] = []

  public init() {}
  public init(
    _ rule: Rule, factor: Double? = nil, action: Action = .clip, features: [String] = []
  ) {
    self.rule = rule
    self.factor = factor
    self.action = action
    self.features = features
  }

  public func fit(_ samples: TrainingSamples) throws -> any Transform {
    let description = samples.description
    guard samples.count > 0 else { throw PluginError("there are no training samples to fit to") }
    let named =
      features.isEmpty
      ? Array(0..<description.sampleShape.count)
      : try description.features(fitting: features, of: "features")
    let chosen = named.filter { description.categories[$0] == nil }
    let fences = rule == .iqr ? try quartiles(samples, chosen) : try deviations(samples, chosen)
    var kept: (features: [Int], low: [Float], high: [Float]) = ([], [], [])
    for (feature, fence) in zip(chosen, fences) {
      guard let fence else { continue }
      kept.features.append(feature)
      kept.low.append(fence.low)
      kept.high.append(fence.high)
    }
    return Fences(
      outputShape: description.sampleShape, features: kept.features, low: kept.low,
      high: kept.high, action: action)
  }

  private typealias Fence = (low: Float, high: Float)

  private func quartiles(_ samples: TrainingSamples, _ chosen: [Int]) throws -> [Fence?] {
    try FeatureQuantiles.find(samples, chosen, shares: [0.25, 0.75]).map { quartiles in
      guard let first = quartiles?[0], let third = quartiles?[1] else { return nil }
      let reach = (factor ?? 1.5) * (third - first)
      return third > first ? (Float(first - reach), Float(third + reach)) : nil
    }
  }

  private func deviations(_ samples: TrainingSamples, _ chosen: [Int]) throws -> [Fence?] {
    let width = samples.width
    // About the first finite value, so that nothing large cancels.
    var shifts = [Double](repeating: .nan, count: width)
    var sums = [Double](repeating: 0, count: width)
    var (squares, counts) = (sums, sums)
    try samples.forEachChunk { number, values, _ in
      for row in 0..<number {
        for place in 0..<width {
          let value = values[row * width + place]
          guard value.isFinite else { continue }
          if shifts[place].isNaN { shifts[place] = Double(value) }
          let step = Double(value) - shifts[place]
          sums[place] += step
          squares[place] += step * step
          counts[place] += 1
        }
      }
    }
    return chosen.map { place in
      let count = counts[place]
      guard count > 0 else { return nil }
      let offset = sums[place] / count
      let variance = squares[place] / count - offset * offset
      guard variance > 0 else { return nil }
      let reach = (factor ?? 3) * variance.squareRoot()
      let mean = shifts[place] + offset
      return (Float(mean - reach), Float(mean + reach))
    }
  }

  public func exclusion(
    from samples: TrainingSamples, fitted transform: any Transform
  ) throws -> Exclusion {
    guard action == .drop, let fences = transform as? Fences else { return Exclusion() }
    return Exclusion(try samples.indices { features, _ in fences.hasOutlier(features) })
  }

  public func restore(
    _ state: [String: TransformState], sampleShape: Shape
  ) throws -> any Transform {
    let low = state["low"]?.values ?? []
    let high = state["high"]?.values ?? []
    let features = try restoredFeatures(
      "features", state, count: low.count, sampleShape.count, of: pluginName)
    guard high.count == low.count, (low + high).allSatisfy(\.isFinite) else {
      throw PluginError(
        "the saved \(pluginName) has \(low.count) lower fences, \(high.count) upper")
    }
    return Fences(
      outputShape: sampleShape, features: features, low: low, high: high, action: action)
  }
}

/// The range in which values stay as they are, by feature.
private struct Fences: Transform {
  let outputShape: Shape
  let features: [Int]
  let low: [Float]
  let high: [Float]
  let action: Outliers.Action

  var state: [String: TransformState] {
    [
      "features": TransformState([features.count], features.map { Float($0) }),
      "low": TransformState([low.count], low), "high": TransformState([high.count], high),
    ]
  }

  func hasOutlier(_ sample: UnsafeBufferPointer<Float>) -> Bool {
    for (place, feature) in features.enumerated()
    where sample[feature] < low[place] || sample[feature] > high[place] { return true }
    return false
  }

  func apply(
    _ input: UnsafeBufferPointer<Float>, count: Int, to output: UnsafeMutableBufferPointer<Float>
  ) {
    _ = output.update(fromContentsOf: input)
    guard action != .drop else { return }
    let width = outputShape.count
    let clips = action == .clip
    for row in 0..<count {
      for (place, feature) in features.enumerated() {
        let value = input[row * width + feature]
        // Comparisons with NaN are false, which leaves it alone.
        if value < low[place] {
          output[row * width + feature] = clips ? low[place] : .nan
        } else if value > high[place] {
          output[row * width + feature] = clips ? high[place] : .nan
        }
      }
    }
  }

  func recorded(_ samples: Tensor) -> Tensor? {
    guard action != .drop else { return samples }
    let recorder = samples.recorder
    var below = [Float](repeating: -.infinity, count: outputShape.count)
    var above = [Float](repeating: .infinity, count: outputShape.count)
    for (place, feature) in features.enumerated() {
      below[feature] = low[place]
      above[feature] = high[place]
    }
    let least = recorder.constant(below, outputShape)
    let most = recorder.constant(above, outputShape)
    let clips = action == .clip
    let missing = samples.filled(with: .nan)
    // Comparisons with what is missing are false, which leaves it alone.
    return select(
      samples .< least, clips ? least : missing,
      select(samples .> most, clips ? most : missing, samples))
  }

  func description(after input: DataDescription) -> DataDescription { input }
}
