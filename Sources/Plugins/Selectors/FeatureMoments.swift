import EspalierKernels
import EspalierProtocols

/// Means, variances and covariances of the training samples, in double precision.
enum FeatureMoments {
  /// More features than this would need a matrix of over 2 GiB.
  static let widest = 16_384

  /// The variance (divided by n) of each feature: zero where all values are equal.
  static func variances(_ samples: TrainingSamples) throws -> [Double] {
    guard samples.count > 0 else { throw PluginError("there are no training samples to fit to") }
    let width = samples.width
    var shift: [Double] = []
    var sums = [Double](repeating: 0, count: width)
    var squares = sums
    try samples.forEachChunk { number, values, _ in
      // About the first sample, so that nothing large cancels.
      if shift.isEmpty { shift = values.prefix(width).map { Double($0) } }
      for row in 0..<number {
        for place in 0..<width {
          let step = Double(values[row * width + place]) - shift[place]
          sums[place] += step
          squares[place] += step * step
        }
      }
    }
    try checkFinite(squares, samples.description)
    let count = Double(samples.count)
    return (0..<width).map { max(0, squares[$0] / count - sums[$0] / count * (sums[$0] / count)) }
  }

  /// Mean, and covariance matrix (divided by n) of the features: [width × width].
  static func covariance(
    _ samples: TrainingSamples
  ) throws -> (mean: [Double], matrix: [Double]) {
    let width = samples.width
    guard samples.count > 0 else { throw PluginError("there are no training samples to fit to") }
    guard width <= widest else {
      throw PluginError("\(width) features are too many to correlate; \(widest) are the most")
    }
    var mean = [Double](repeating: 0, count: width)
    var matrix = [Double](repeating: 0, count: width * width)
    var shift: [Double] = []
    var failed = false
    try samples.forEachChunk { number, values, _ in
      if shift.isEmpty { shift = values.prefix(width).map { Double($0) } }
      let result = esp_covariance_add(
        values.baseAddress, Int64(number), Int64(width), shift, &mean, &matrix)
      failed = failed || result != 0
    }
    guard !failed else { throw PluginError("memory for \(width)×\(width) covariances is missing") }
    esp_covariance_finish(Int64(samples.count), Int64(width), shift, 0, &mean, &matrix)
    try checkFinite(mean, samples.description)
    return (mean, matrix)
  }

  static func checkFinite(_ values: [Double], _ description: DataDescription) throws {
    guard let bad = values.firstIndex(where: { !$0.isFinite }) else { return }
    throw PluginError(
      "the feature `\(description.name(ofFeature: bad))` has values that are not finite in the "
        + "training data")
  }
}
