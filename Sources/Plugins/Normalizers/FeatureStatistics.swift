import EspalierKernels
import EspalierProtocols

/// Mean, spread and extremes of every number of a sample over the training samples, in double.
struct FeatureStatistics {
  let shape: Shape
  private(set) var count = 0
  private(set) var mean: [Double]
  /// Σ (x − mean)².
  private(set) var squares: [Double]
  private(set) var low: [Float]
  private(set) var high: [Float]

  /// One pass over the samples: each chunk gets its mean and then its squares about that mean, and the
  /// chunks are merged as Chan, Golub and LeVeque (1979) describe, so that nothing large cancels.
  init(_ samples: TrainingSamples) throws {
    let width = samples.width
    shape = samples.description.sampleShape
    guard samples.count > 0 else { throw PluginError("there are no training samples to fit to") }
    mean = [Double](repeating: 0, count: width)
    squares = mean
    low = [Float](repeating: .infinity, count: width)
    high = [Float](repeating: -.infinity, count: width)
    var chunkMean = mean
    var chunkSquares = mean
    try samples.forEachChunk { number, values, _ in
      add(number, values, &chunkMean, &chunkSquares)
    }
    if let bad = mean.firstIndex(where: { !$0.isFinite }) {
      throw PluginError(
        "\(Self.name(bad, samples.description)) has values that are not finite in the training data"
      )
    }
  }

  /// A number of a sample in words.
  static func name(_ place: Int, _ description: DataDescription) -> String {
    description.featureNames.count == description.sampleShape.count
      ? "the feature `\(description.featureNames[place])`" : "feature \(place)"
  }

  private mutating func add(
    _ number: Int, _ values: UnsafeBufferPointer<Float>, _ chunkMean: inout [Double],
    _ chunkSquares: inout [Double]
  ) {
    // NaN shows in the mean; the extremes pass over it.
    esp_column_moments(
      values.baseAddress, Int64(number), Int64(mean.count), &chunkMean, &chunkSquares, &low, &high)
    let (old, new) = (Double(count), Double(number))
    for place in mean.indices {
      let step = chunkMean[place] - mean[place]
      mean[place] += step * new / (old + new)
      squares[place] += chunkSquares[place] + step * step * old * new / (old + new)
    }
    count += number
  }

  /// Mean and variance (divided by the number of values) of each group.
  func moments(_ grouping: Grouping) -> (means: [Double], variances: [Double]) {
    let groups = grouping.count(shape)
    let size = mean.count / max(groups, 1)
    var means: [Double] = []
    var variances: [Double] = []
    for group in 0..<groups {
      let places = group * size..<(group + 1) * size
      let center = places.reduce(0) { $0 + mean[$1] } / Double(size)
      let sum = places.reduce(0) { total, place in
        let step = mean[place] - center
        return total + squares[place] + Double(count) * step * step
      }
      means.append(center)
      variances.append(sum / Double(count * size))
    }
    return (means, variances)
  }

  /// The smallest and the greatest value of each group.
  func extremes(_ grouping: Grouping) -> (low: [Float], high: [Float]) {
    let groups = grouping.count(shape)
    let size = mean.count / max(groups, 1)
    let parts = (0..<groups).map { $0 * size..<($0 + 1) * size }
    return (parts.map { low[$0].min() ?? 0 }, parts.map { high[$0].max() ?? 0 })
  }
}
