import EspalierKernels
import EspalierProtocols

/// A classifier: the class of greatest m·S⁻¹·x − ½ m·S⁻¹·m + log q, with class means m, shares q and one
/// covariance S for all classes.
struct LinearDiscriminant {
  /// [class × feature]
  private let weights: [Double]
  private let offsets: [Double]
  private let width: Int

  private static let widest = 4096
  /// Share of the mean variance on the diagonal of S: features may depend on each other.
  private static let shrinkage = 1e-3

  /// - Parameters:
  ///   - classes: of the samples.
  ///   - count: number of classes; those without samples are never predicted.
  init(_ samples: TrainingSamples, _ classes: [Int], count: Int) throws {
    let width = samples.width
    guard width <= Self.widest else {
      throw PluginError(
        "\(width) features are too many for its classifier; \(Self.widest) are the most",
        remedy: "put a projection such as pca before it")
    }
    var rows = [Double](repeating: 0, count: count)
    var means = [Double](repeating: 0, count: count * width)
    var start = 0
    try samples.forEachChunk { number, features, _ in
      for sample in 0..<number {
        let label = classes[start + sample]
        rows[label] += 1
        for place in 0..<width {
          means[label * width + place] += Double(features[sample * width + place])
        }
      }
      start += number
    }
    for label in 0..<count where rows[label] > 0 {
      for place in 0..<width { means[label * width + place] /= rows[label] }
    }
    guard means.allSatisfy({ $0.isFinite }) else {
      throw PluginError("a feature is not finite, so classes cannot be told apart by it")
    }
    var covariance = try Self.covariance(samples, classes, means, width: width)
    let trace = (0..<width).reduce(0) { $0 + covariance[$1 * width + $1] }
    let least = Self.shrinkage * trace / Double(width)
    for place in 0..<width { covariance[place * width + place] += max(least, 1e-12) }
    guard esp_cholesky(&covariance, Int64(width)) == 0 else {
      throw PluginError("the features are such that no classifier can be fitted")
    }
    var offsets = [Double](repeating: -.infinity, count: count)
    var weights = means
    for label in 0..<count where rows[label] > 0 {
      let own = label * width..<(label + 1) * width
      var solved = Array(means[own])
      esp_cholesky_solve(covariance, &solved, Int64(width), 1)
      weights.replaceSubrange(own, with: solved)
      let square = zip(solved, means[own]).reduce(0) { $0 + $1.0 * $1.1 }
      offsets[label] = _log(rows[label] / Double(classes.count)) - square / 2
    }
    self.weights = weights
    self.offsets = offsets
    self.width = width
  }

  /// The covariance about each sample's class mean.
  private static func covariance(
    _ samples: TrainingSamples, _ classes: [Int], _ means: [Double], width: Int
  ) throws -> [Double] {
    var sum = [Double](repeating: 0, count: width * width)
    var nothing = [Double](repeating: 0, count: width)
    let origin = nothing
    var centered: [Float] = []
    var start = 0
    try samples.forEachChunk { number, features, _ in
      centered = Array(features)
      for sample in 0..<number {
        let mean = classes[start + sample] * width
        for place in 0..<width {
          let value = Double(features[sample * width + place]) - means[mean + place]
          centered[sample * width + place] = Float(value)
        }
      }
      start += number
      _ = esp_covariance_add(centered, Int64(number), Int64(width), origin, &nothing, &sum)
    }
    esp_covariance_finish(Int64(classes.count), Int64(width), origin, 0, &nothing, &sum)
    return sum
  }

  func predictions(for samples: TrainingSamples) throws -> [Int] {
    var result: [Int] = []
    result.reserveCapacity(samples.count)
    try samples.forEachChunk { count, features, _ in
      for sample in 0..<count {
        var best = (label: 0, score: -Double.infinity)
        for label in offsets.indices {
          var score = offsets[label]
          for place in 0..<width {
            score += weights[label * width + place] * Double(features[sample * width + place])
          }
          if score > best.score { best = (label, score) }
        }
        result.append(best.label)
      }
    }
    return result
  }
}
