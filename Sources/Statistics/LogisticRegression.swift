import EspalierKernels
import EspalierProtocols

/// Tells two sets of samples apart: log-odds w·x + b.
///
/// Minimizes ½|w|² + C · Σ log(1 + e^(−z·(w·x + b))) by Newton's method, in double precision.
package struct LogisticRegression {
  /// w, one a feature.
  package let weights: [Double]
  /// b.
  package let intercept: Double

  /// Wider samples would need more memory for second derivatives than they are worth.
  private static let widest = 4096

  /// - Parameters:
  ///   - against: samples with z = −1.
  ///   - for: samples with z = 1.
  /// - Throws: ``PluginError`` for features that are not finite, too many of them, or sets that are empty.
  package init(against: TrainingSamples, for positive: TrainingSamples, penalty: Double) throws {
    let width = against.width
    guard width <= Self.widest else {
      throw PluginError(
        "\(width) features are too many for its logistic regression; \(Self.widest) are the most",
        remedy: "put a projection such as pca before it")
    }
    guard against.count > 0, positive.count > 0 else {
      throw PluginError("there are no samples to tell apart")
    }
    let sets = [(against, -1.0), (positive, 1.0)]
    var theta = [Double](repeating: 0, count: width + 1)
    var state = try Self.derivatives(at: theta, sets, penalty)
    guard state.value.isFinite else {
      throw PluginError("a feature is not finite, so samples cannot be told apart by it")
    }
    for _ in 0..<100 {
      let step = try state.newtonStep()
      let slope = zip(step, state.gradient).reduce(0) { $0 + $1.0 * $1.1 }
      // Half of what the step should gain: nothing is left to gain below rounding.
      guard slope < -1e-14 * max(1, abs(state.value)) else { break }
      var length = 1.0
      var next = state
      var moved = theta
      repeat {
        moved = zip(theta, step).map { $0 + length * $1 }
        next = try Self.derivatives(at: moved, sets, penalty)
        if next.value <= state.value + 1e-4 * length * slope { break }
        length /= 2
      } while length > 1e-10
      guard next.value < state.value else { break }
      (theta, state) = (moved, next)
    }
    weights = Array(theta.dropLast())
    intercept = theta[width]
  }

  /// Gives w·x + b of each sample, in their order.
  package func forEachLogOdds(of samples: TrainingSamples, _ body: (Double) -> Void) throws {
    try samples.forEachChunk { count, features, _ in
      for sample in 0..<count {
        var sum = intercept
        for (place, weight) in weights.enumerated() {
          sum += weight * Double(features[sample * weights.count + place])
        }
        body(sum)
      }
    }
  }

  private static func derivatives(
    at theta: [Double], _ sets: [(TrainingSamples, Double)], _ penalty: Double
  ) throws -> Derivatives {
    let width = theta.count - 1
    var result = Derivatives(size: theta.count)
    for place in 0..<width {
      result.value += 0.5 * theta[place] * theta[place]
      result.gradient[place] = theta[place]
      result.hessian[place * theta.count + place] = 1
    }
    var sample = [Double](repeating: 1, count: theta.count)
    for (samples, z) in sets {
      try samples.forEachChunk { count, features, _ in
        for row in 0..<count {
          var logOdds = theta[width]
          for place in 0..<width {
            sample[place] = Double(features[row * width + place])
            logOdds += theta[place] * sample[place]
          }
          let margin = z * logOdds
          result.value +=
            penalty * (margin > 0 ? _log1p(_exp(-margin)) : _log1p(_exp(margin)) - margin)
          let chance = 1 / (1 + _exp(margin))
          result.add(
            sample, slope: -penalty * z * chance, curvature: penalty * chance * (1 - chance))
        }
      }
    }
    return result
  }
}

/// Value, gradient and second derivatives of a function of many numbers.
struct Derivatives {
  var value = 0.0
  var gradient: [Double]
  /// The lower triangle, row-major.
  var hessian: [Double]

  init(size: Int) {
    gradient = [Double](repeating: 0, count: size)
    hessian = [Double](repeating: 0, count: size * size)
  }

  /// Adds a function of x·θ.
  mutating func add(_ x: [Double], slope: Double, curvature: Double) {
    let size = gradient.count
    for row in 0..<size {
      gradient[row] += slope * x[row]
      let factor = curvature * x[row]
      for column in 0...row { hessian[row * size + column] += factor * x[column] }
    }
  }

  /// −H⁻¹·g by the Cholesky factors of H, with a multiple of the unit matrix where H has none.
  func newtonStep() throws -> [Double] {
    let size = gradient.count
    var shift = 0.0
    let largest = (0..<size).map { hessian[$0 * size + $0] }.max() ?? 1
    for _ in 0..<60 {
      var factor = hessian
      for place in 0..<size { factor[place * size + place] += shift }
      if esp_cholesky(&factor, Int64(size)) == 0 {
        var step = gradient.map { -$0 }
        esp_cholesky_solve(factor, &step, Int64(size), 1)
        return step
      }
      shift = shift == 0 ? 1e-12 * max(largest, 1e-300) : shift * 10
    }
    throw PluginError("the features are such that no logistic regression can be fitted")
  }
}
