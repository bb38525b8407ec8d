import EspalierProtocols

/// Fills in values that are missing (NaN), or leaves their samples out.
///
/// `mean`, `median` and `most_frequent` are those of the feature's values in the training split; of
/// equally frequent values the least is taken, and categories always get their most frequent level.
/// `drop` leaves the samples out of all parts. With `indicators`, a feature of 1 (missing) and 0 is
/// added, behind all others, for each feature that lacks values in the training split: x becomes
/// [x, x_missing]. Same as scikit-learn's `SimpleImputer`.
///
/// Medians of more than 2²⁵ values are counted, as exactly, in three passes over the samples;
/// `most_frequent` counts 2²² different values at most.
///
/// A feature without a single value in the training split is an error. Shape unchanged, but for
/// indicators.
public struct MissingValues: Cleaner {
  /// What takes the place of a value that is missing.
  public enum Strategy: String, Choice, Sendable {
    case mean, median, constant
    case mostFrequent = "most_frequent"
    /// Nothing does: the sample is left out.
    case drop
  }

  public static let manifest = Manifest(
    "missing_values", "fills in missing values by mean, median or mode, or leaves samples out",
    aliases: ["impute", "imputer"], sample: "missing_values: {strategy: median}")

  @Parameter("what takes the place of a missing value; `drop` leaves the sample out")
  public var strategy: Strategy = .mean
  @Parameter("what `constant` fills in; 0 unless given") public var value: Float? = nil
  @Parameter("names of the features that it sees to, such as pixel_*; all unless given")
  public var features: [String] = []
  @Parameter("whether features that tell where values were missing are added")
  public var indicators: Bool = false

  public init() {}
  public init(
    _ strategy: Strategy, value: Float? = nil, features: [String] = [], indicators: Bool = false
  ) {
    self.strategy = strategy
    self.value = value
    self.features = features
    self.indicators = indicators
  }

  public func validate() throws {
    guard value == nil || strategy == .constant else {
      throw PluginError(
        "`\(strategy.rawValue)` takes no value", parameter: "value",
        remedy: "set `strategy: constant`, or leave it out")
    }
    guard !indicators || strategy != .drop else {
      throw PluginError(
        "samples that are left out need no indicators", parameter: "indicators",
        remedy: "choose another strategy, or leave it out")
    }
  }

  private func chosen(_ description: DataDescription) throws -> [Int] {
    features.isEmpty
      ? Array(0..<description.sampleShape.count)
      : try description.features(fitting: features, of: "features")
  }

  // MARK: Leaving out

  public func exclusion(
    from samples: SourceSamples, beside training: SourceSamples?
  ) throws -> Exclusion {
    guard strategy == .drop else { return Exclusion() }
    let chosen = try chosen(samples.description)
    return Exclusion(
      try samples.indices { features, _ in chosen.contains { features[$0].isNaN } })
  }

  public func exclusion(
    from samples: TrainingSamples, fitted transform: any Transform
  ) throws -> Exclusion {
    // Only what a cleaner before this one took out of the samples can still be missing.
    guard strategy == .drop else { return Exclusion() }
    let chosen = try chosen(samples.description)
    return Exclusion(
      try samples.indices { features, _ in chosen.contains { features[$0].isNaN } })
  }

  // MARK: Filling in

  public func fit(_ samples: TrainingSamples) throws -> any Transform {
    let description = samples.description
    guard strategy != .drop else { return Unchanged(outputShape: description.sampleShape) }
    let chosen = try chosen(description)
    let (sums, counts) = try totals(samples, chosen)
    var fills = [Float](repeating: value ?? 0, count: chosen.count)
    if strategy != .constant {
      if let bare = chosen.indices.first(where: { counts[$0] == 0 }) {
        throw PluginError(
          "the feature `\(description.name(ofFeature: chosen[bare]))` has no value in the training "
            + "data", remedy: "leave the column out, or fill in a constant")
      }
      let byOrder = chosen.indices.filter {
        strategy != .mean || description.categories[chosen[$0]] != nil
      }
      for place in chosen.indices { fills[place] = Float(sums[place] / Double(counts[place])) }
      let byCount = byOrder.filter {
        strategy != .median || description.categories[chosen[$0]] != nil
      }
      let inTheMiddle = byOrder.filter { !byCount.contains($0) }
      if !byCount.isEmpty {
        let most = try FrequentValues.find(samples, byCount.map { chosen[$0] })
        for (place, value) in zip(byCount, most) { fills[place] = value }
      }
      if !inTheMiddle.isEmpty {
        let medians = try FeatureQuantiles.find(
          samples, inTheMiddle.map { chosen[$0] }, shares: [0.5])
        for (place, median) in zip(inTheMiddle, medians) { fills[place] = Float(median?[0] ?? 0) }
      }
    }
    let lacking = chosen.indices.filter { counts[$0] < samples.count }.map { chosen[$0] }
    return try Filling(
      description.sampleShape, features: chosen, values: fills,
      indicators: indicators ? lacking : [])
  }

  /// Sum and number of the finite values of each chosen feature.
  private func totals(
    _ samples: TrainingSamples, _ chosen: [Int]
  ) throws -> (sums: [Double], counts: [Int]) {
    let width = samples.width
    var sums = [Double](repeating: 0, count: width)
    var counts = [Int](repeating: 0, count: width)
    try samples.forEachChunk { number, values, _ in
      for row in 0..<number {
        for place in 0..<width {
          let value = values[row * width + place]
          sums[place] += value.isFinite ? Double(value) : 0
          counts[place] += value.isFinite ? 1 : 0
        }
      }
    }
    return (chosen.map { sums[$0] }, chosen.map { counts[$0] })
  }

  public func restore(
    _ state: [String: TransformState], sampleShape: Shape
  ) throws -> any Transform {
    guard strategy != .drop else { return Unchanged(outputShape: sampleShape) }
    let width = sampleShape.count
    let values = state["values"]?.values ?? []
    return try Filling(
      sampleShape,
      features: try restoredFeatures("features", state, count: values.count, width, of: pluginName),
      values: values,
      indicators: try restoredFeatures("indicators", state, count: nil, width, of: pluginName))
  }
}

/// Reads feature numbers of a saved state.
func restoredFeatures(
  _ name: String, _ state: [String: TransformState], count: Int?, _ width: Int, of plugin: String
) throws -> [Int] {
  let values = state[name]?.values ?? []
  let features = values.compactMap { Int(exactly: $0) }
  guard features.count == values.count, features.allSatisfy((0..<width).contains),
    count.map({ $0 == features.count }) ?? true
  else { throw PluginError("the saved \(plugin) has other `\(name)` than the samples") }
  return features
}

/// Puts a fixed value in the place of each missing one.
private struct Filling: Transform {
  let outputShape: Shape
  private let features: [Int]
  private let values: [Float]
  private let indicators: [Int]
  /// One a feature; NaN where nothing is filled in.
  private let fills: [Float]

  init(_ shape: Shape, features: [Int], values: [Float], indicators: [Int]) throws {
    guard indicators.isEmpty || shape.rank == 1 else {
      throw PluginError(
        "indicators are added to rows of features, not to samples \(shape)",
        parameter: "indicators")
    }
    outputShape = indicators.isEmpty ? shape : [shape.count + indicators.count]
    self.features = features
    self.values = values
    self.indicators = indicators
    var fills = [Float](repeating: .nan, count: shape.count)
    for (feature, value) in zip(features, values) { fills[feature] = value }
    self.fills = fills
  }

  var state: [String: TransformState] {
    [
      "features": TransformState([features.count], features.map { Float($0) }),
      "values": TransformState([values.count], values),
      "indicators": TransformState([indicators.count], indicators.map { Float($0) }),
    ]
  }

  func apply(
    _ input: UnsafeBufferPointer<Float>, count: Int, to output: UnsafeMutableBufferPointer<Float>
  ) {
    let width = fills.count
    let outputWidth = width + indicators.count
    fills.withUnsafeBufferPointer { fills in
      for row in 0..<count {
        let (from, to) = (row * width, row * outputWidth)
        for place in 0..<width {
          let value = input[from + place]
          output[to + place] = value.isNaN ? fills[place] : value
        }
        for (place, feature) in indicators.enumerated() {
          output[to + width + place] = input[from + feature].isNaN ? 1 : 0
        }
      }
    }
  }

  func recorded(_ samples: Tensor) -> Tensor? {
    let recorder = samples.recorder
    let rows = samples.reshaped(to: [samples.shape[0], fills.count])
    // What is missing alone differs from itself.
    let isMissing = rows .!= rows
    let filled = select(isMissing, recorder.constant(fills, [fills.count]), rows)
    guard !indicators.isEmpty else { return filled.reshaped(to: samples.shape) }
    let numbers = recorder.constant(indicators.map { Float($0) }, [indicators.count])
    return .concatenate([filled, isMissing.transposed.gather(numbers).transposed], axis: 1)
  }

  func description(after input: DataDescription) -> DataDescription {
    var result = input
    if input.featureNames.count == fills.count {
      result.featureNames += indicators.map { input.featureNames[$0] + "_missing" }
    }
    return result
  }
}
