import EspalierKernels
import EspalierProtocols

/// A linear model whose weights an L1 penalty makes zero.
protocol L1Model {
  /// The strength from which on all weights are zero.
  var leastStrength: Double { get }

  /// Finds the weights, from those of the last call on.
  /// - Returns: the greatest magnitude among the weights of each feature.
  ///
  /// - Parameter steps: how many steps are taken, and how small the last one must be.
  mutating func fit(strength: Double, _ steps: ProximalSteps) -> [Double]
}

/// Proximal gradient steps with momentum (FISTA), which starts anew where it leads uphill.
struct ProximalSteps {
  /// Steps at most.
  let limit: Int
  /// The last one changes no weight by more than this share of the greatest.
  let tolerance: Double

  /// Until the weights stay as they are.
  static let thorough = ProximalSteps(limit: 1000, tolerance: 1e-6)
  /// Until their order is clear.
  static let quick = ProximalSteps(limit: 50, tolerance: 1e-4)

  /// - Parameters:
  ///   - weights: changed in place.
  ///   - penalized: how many of them, from the first, the penalty acts on.
  ///   - size: length of a step: one over a bound on the curvature.
  ///   - gradient: of the loss without the penalty.
  func run(
    _ weights: inout [Double], penalized: Int, size: Double, strength: Double,
    gradient: ([Double]) -> [Double]
  ) {
    var ahead = weights
    var momentum = 1.0
    for _ in 0..<limit {
      let slope = gradient(ahead)
      var largest = 0.0
      var change = 0.0
      var uphill = 0.0
      var next = weights
      for place in weights.indices {
        let moved = ahead[place] - size * slope[place]
        let cut = place < penalized ? size * strength : 0
        let value = moved > cut ? moved - cut : moved < -cut ? moved + cut : 0
        uphill += (ahead[place] - value) * (value - weights[place])
        change = max(change, (value - weights[place]).magnitude)
        largest = max(largest, value.magnitude)
        next[place] = value
      }
      // The way back is shorter than what momentum would add to the way ahead.
      if uphill > 0 { momentum = 1 }
      let following = (1 + (1 + 4 * momentum * momentum).squareRoot()) / 2
      let share = uphill > 0 ? 0 : (momentum - 1) / following
      for place in weights.indices {
        ahead[place] = next[place] + share * (next[place] - weights[place])
      }
      momentum = following
      weights = next
      if change <= tolerance * max(largest, 1e-3) { return }
    }
  }

  /// The greatest eigenvalue of a symmetric matrix without negative ones, from above.
  static func curvature(_ matrix: [Double], _ width: Int) -> Double {
    // No eigenvalue is greater than the greatest sum of a row's magnitudes.
    var result = 0.0
    for row in 0..<width {
      var sum = 0.0
      for column in 0..<width { sum += matrix[row * width + column].magnitude }
      result = max(result, sum)
    }
    return max(result, 1e-12)
  }
}

/// Means and deviations by which features are standardized; 0 for those that never change.
private struct Standard {
  let mean: [Double]
  let inverse: [Double]
  /// Correlations of the features: [width × width].
  let correlations: [Double]

  init(_ samples: TrainingSamples) throws {
    let width = samples.width
    let (mean, covariance) = try FeatureMoments.covariance(samples)
    let inverse = (0..<width).map { place -> Double in
      let variance = covariance[place * width + place]
      return variance > 0 ? 1 / variance.squareRoot() : 0
    }
    var matrix = covariance
    for row in 0..<width {
      for column in 0..<width { matrix[row * width + column] *= inverse[row] * inverse[column] }
    }
    self.mean = mean
    self.inverse = inverse
    correlations = matrix
  }
}

/// Σ (y − x·w)² / 2n for one value y, of which the correlations are all that is needed.
struct LeastSquaresModel: L1Model {
  private let correlations: [Double]
  private let withTarget: [Double]
  private let curvature: Double
  private var weights: [Double]

  static func models(_ samples: TrainingSamples, values: Int) throws -> [LeastSquaresModel] {
    let width = samples.width
    let correlations = try Standard(samples).correlations
    let withTargets = try FTest.correlations(samples)
    let curvature = ProximalSteps.curvature(correlations, width)
    return (0..<values).map { value in
      LeastSquaresModel(
        correlations: correlations,
        withTarget: Array(withTargets[value * width..<(value + 1) * width]),
        curvature: curvature, weights: [Double](repeating: 0, count: width))
    }
  }

  var leastStrength: Double { withTarget.map(\.magnitude).max() ?? 0 }

  mutating func fit(strength: Double, _ steps: ProximalSteps) -> [Double] {
    let width = withTarget.count
    let (matrix, target) = (correlations, withTarget)
    steps.run(
      &weights, penalized: width, size: 1 / curvature, strength: strength
    ) { weights in
      var slope = target.map { -$0 }
      for column in 0..<width where weights[column] != 0 {
        let weight = weights[column]
        for row in 0..<width { slope[row] += matrix[column * width + row] * weight }
      }
      return slope
    }
    return weights.map(\.magnitude)
  }
}

/// Mean cross-entropy of softmax(x·W + b).
struct SoftmaxModel: L1Model {
  private let count: Int
  private let width: Int
  private let classes: Int
  /// Standardized: [count × width].
  private let features: [Float]
  private let labels: [Int]
  private let curvature: Double
  /// W [width × classes], then b [classes].
  private var weights: [Double]

  /// - Parameter mostHeld: values that may be held.
  init(
    _ samples: TrainingSamples, classes: Int, mostHeld: Int
  ) throws {
    let standard = try Standard(samples)
    let width = samples.width
    // Of very many samples some, drawn the same way each time.
    let most = max(1, mostHeld / max(width, 1))
    let share = Float(most) / Float(samples.count)
    var random = CounterRandom(seed: 0, stream: "l1_selection")
    var features: [Float] = []
    features.reserveCapacity(min(samples.count, most) * width)
    var labels: [Int] = []
    try samples.forEachChunk { number, values, targets in
      for row in 0..<number {
        if share < 1, labels.count == most || random.uniform() >= share { continue }
        for place in 0..<width {
          let value = Double(values[row * width + place]) - standard.mean[place]
          features.append(Float(value * standard.inverse[place]))
        }
        labels.append(Int(targets[row]))
      }
    }
    count = labels.count
    self.width = width
    self.classes = classes
    self.features = features
    self.labels = labels
    // Half is a bound of softmax's own curvature.
    curvature = max(1, ProximalSteps.curvature(standard.correlations, width)) / 2
    weights = [Double](repeating: 0, count: (width + 1) * classes)
    // The intercepts that are best without any weight are the logarithms of the classes' shares.
    var shares = [Double](repeating: 0, count: classes)
    for label in labels { shares[label] += 1 / Double(count) }
    for (place, share) in shares.enumerated() {
      weights[width * classes + place] = logarithm(max(share, 1e-6))
    }
  }

  var leastStrength: Double {
    var bare = weights
    for place in 0..<width * classes { bare[place] = 0 }
    return gradient(bare).prefix(width * classes).map(\.magnitude).max() ?? 0
  }

  mutating func fit(strength: Double, _ steps: ProximalSteps) -> [Double] {
    var weights = weights
    steps.run(
      &weights, penalized: width * classes, size: 1 / curvature, strength: strength,
      gradient: gradient)
    self.weights = weights
    return (0..<width).map { feature in
      weights[feature * classes..<(feature + 1) * classes].map(\.magnitude).max() ?? 0
    }
  }

  private func gradient(_ weights: [Double]) -> [Double] {
    let matrix = weights.prefix(width * classes).map { Float($0) }
    let bias = weights.suffix(classes).map { Float($0) }
    var errors = [Float](repeating: 0, count: count * classes)
    var slope = [Float](repeating: 0, count: width * classes)
    var biasSlope = [Double](repeating: 0, count: classes)
    features.withUnsafeBufferPointer { x in
      matrix.withUnsafeBufferPointer { w in
        bias.withUnsafeBufferPointer { b in
          errors.withUnsafeMutableBufferPointer { e in
            var product = esp_gemm()
            product.m = count
            product.n = classes
            product.k = width
            product.a = x.baseAddress
            product.b = w.baseAddress
            product.c = e.baseAddress
            (product.lda, product.ldb, product.ldc) = (width, classes, classes)
            product.bias = b.baseAddress
            esp_gemm(&product)
            for row in 0..<count {
              Self.softmax(
                UnsafeMutableBufferPointer(rebasing: e[row * classes..<(row + 1) * classes]))
              e[row * classes + labels[row]] -= 1
              for place in 0..<classes { biasSlope[place] += Double(e[row * classes + place]) }
            }
            slope.withUnsafeMutableBufferPointer { s in
              var back = esp_gemm()
              back.m = width
              back.n = classes
              back.k = count
              back.a = x.baseAddress
              back.transpose_a = 1
              back.b = UnsafePointer(e.baseAddress)
              back.c = s.baseAddress
              (back.lda, back.ldb, back.ldc) = (width, classes, classes)
              esp_gemm(&back)
            }
          }
        }
      }
    }
    let scale = 1 / Double(count)
    return slope.map { Double($0) * scale } + biasSlope.map { $0 * scale }
  }

  private static func softmax(_ row: UnsafeMutableBufferPointer<Float>) {
    var largest = -Float.infinity
    for value in row { largest = max(largest, value) }
    var sum: Float = 0
    for place in row.indices {
      row[place] = exponential(row[place] - largest)
      sum += row[place]
    }
    for place in row.indices { row[place] /= sum }
  }
}
