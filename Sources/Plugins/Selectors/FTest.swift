import EspalierProtocols

/// The F statistic of each feature with the target.
enum FTest {
  static func scores(_ samples: TrainingSamples) throws -> [Double] {
    switch samples.description.target {
    case .classes(let names): return try ofClasses(samples, names.count)
    case .values(let names):
      let rows = try correlations(samples)
      guard samples.count > 2 else {
        throw PluginError("an F-test needs 3 training samples; there are \(samples.count)")
      }
      let freedom = Double(samples.count - 2)
      return (0..<samples.width).map { feature in
        (0..<names.count).reduce(0) { best, target in
          let square = min(1, rows[target * samples.width + feature].square)
          return max(best, square < 1 ? square / (1 - square) * freedom : .infinity)
        }
      }
    case .none: throw PluginError("an F-test needs targets")
    }
  }

  /// Between classes over within classes, by sums about the first sample.
  private static func ofClasses(_ samples: TrainingSamples, _ classes: Int) throws -> [Double] {
    let width = samples.width
    var counts = [Double](repeating: 0, count: classes)
    var sums = [Double](repeating: 0, count: classes * width)
    var squares = [Double](repeating: 0, count: width)
    var shift: [Double] = []
    try samples.forEachChunk { number, values, targets in
      if shift.isEmpty { shift = values.prefix(width).map { Double($0) } }
      for row in 0..<number {
        let target = Int(targets[row])
        counts[target] += 1
        for place in 0..<width {
          let step = Double(values[row * width + place]) - shift[place]
          sums[target * width + place] += step
          squares[place] += step * step
        }
      }
    }
    try FeatureMoments.checkFinite(squares, samples.description)
    let present = counts.indices.filter { counts[$0] > 0 }
    let total = Double(samples.count)
    guard present.count > 1, samples.count > present.count else {
      throw PluginError(
        "an F-test needs two classes and more samples than classes; the training data have "
          + "\(samples.count) samples of \(present.count)")
    }
    let between = Double(present.count - 1)
    let within = total - Double(present.count)
    return (0..<width).map { place in
      let all = present.reduce(0) { $0 + sums[$1 * width + place] }
      let explained = present.reduce(0) { $0 + sums[$1 * width + place].square / counts[$1] }
      let rest = squares[place] - explained
      let step = max(0, explained - all.square / total)
      // What is left of squares that cancel is no variance.
      guard rest > 1e-14 * squares[place] else { return step > 0 ? .infinity : 0 }
      return (step / between) / (rest / within)
    }
  }

  /// Pearson's r of each feature with each value: [values × features]; 0 where one never changes.
  package static func correlations(_ samples: TrainingSamples) throws -> [Double] {
    let width = samples.width
    let values = samples.description.target.width
    var featureSums = [Double](repeating: 0, count: width)
    var featureSquares = featureSums
    var valueSums = [Double](repeating: 0, count: values)
    var valueSquares = valueSums
    var products = [Double](repeating: 0, count: values * width)
    var shift: [Double] = []
    var valueShift: [Double] = []
    try samples.forEachChunk { number, features, targets in
      if shift.isEmpty {
        shift = features.prefix(width).map { Double($0) }
        valueShift = targets.prefix(values).map { Double($0) }
      }
      for row in 0..<number {
        for place in 0..<width {
          let step = Double(features[row * width + place]) - shift[place]
          featureSums[place] += step
          featureSquares[place] += step * step
        }
        for target in 0..<values {
          let other = Double(targets[row * values + target]) - valueShift[target]
          valueSums[target] += other
          valueSquares[target] += other * other
          for place in 0..<width {
            let step = Double(features[row * width + place]) - shift[place]
            products[target * width + place] += step * other
          }
        }
      }
    }
    try FeatureMoments.checkFinite(featureSquares, samples.description)
    let count = Double(samples.count)
    var result = products
    for target in 0..<values {
      let valueVariance = valueSquares[target] - valueSums[target].square / count
      for place in 0..<width {
        let variance = featureSquares[place] - featureSums[place].square / count
        let covariance =
          products[target * width + place] - featureSums[place] * valueSums[target] / count
        let scale = (max(0, variance) * max(0, valueVariance)).squareRoot()
        result[target * width + place] = scale > 0 ? max(-1, min(1, covariance / scale)) : 0
      }
    }
    return result
  }
}

extension Double {
  var square: Double { self * self }
}
