import EspalierKernels
import EspalierProtocols

/// The directions of greatest variance of samples that are much wider than they are many.
///
/// They come from the products of the samples with each other, n × n, whose eigenvectors u give the
/// directions Xᵀ·u / √λ.
package struct PrincipalComponents: Sendable {
  /// Features.
  package let width: Int
  /// Number of directions.
  package let count: Int
  private let mean: [Double]
  /// [count × width]
  private let directions: [Double]

  /// - Parameters:
  ///   - samples: n × width, row by row, all finite.
  ///   - count: how many at most; those without variance are left out.
  package init(_ samples: [Float], width: Int, count: Int) throws {
    let n = samples.count / width
    var mean = [Double](repeating: 0, count: width)
    for row in 0..<n {
      for place in 0..<width { mean[place] += Double(samples[row * width + place]) / Double(n) }
    }
    // A feature a row: what is summed over rows are products of samples.
    var products = [Double](repeating: 0, count: n * n)
    var sums = [Double](repeating: 0, count: n)
    let chunk = 256
    var columns = [Float](repeating: 0, count: chunk * n)
    for start in stride(from: 0, to: width, by: chunk) {
      let number = min(chunk, width - start)
      for row in 0..<n {
        for place in 0..<number {
          columns[place * n + row] = Float(
            Double(samples[row * width + start + place]) - mean[start + place])
        }
      }
      guard esp_covariance_add(columns, Int64(number), Int64(n), nil, &sums, &products) == 0 else {
        throw PluginError("there is no memory for the principal components of \(n) samples")
      }
    }
    var values = [Double](repeating: 0, count: n)
    guard esp_symmetric_eigen(&products, &values, Int32(n)) == 0 else {
      throw PluginError("the samples have no principal components: a feature is not finite")
    }
    let kept = values.prefix(count).prefix { $0 > 1e-9 * max(values[0], 1e-300) }
    var directions = [Double](repeating: 0, count: kept.count * width)
    for (index, value) in kept.enumerated() {
      let scale = 1 / value.squareRoot()
      for row in 0..<n {
        let factor = products[index * n + row] * scale
        for place in 0..<width {
          directions[index * width + place] +=
            factor * (Double(samples[row * width + place]) - mean[place])
        }
      }
    }
    self.width = width
    self.count = kept.count
    self.mean = mean
    self.directions = directions
  }

  /// What weights of the components are as weights of the features.
  package func weights(of components: [Double]) -> [Double] {
    var result = [Double](repeating: 0, count: width)
    for (index, weight) in components.enumerated() {
      for place in 0..<width { result[place] += weight * directions[index * width + place] }
    }
    return result
  }

  /// How far samples lie along each direction: n × count.
  package func scores(of samples: [Float]) -> [Float] {
    let n = samples.count / width
    var result = [Float](repeating: 0, count: n * count)
    for row in 0..<n {
      for index in 0..<count {
        var sum = 0.0
        for place in 0..<width {
          sum +=
            directions[index * width + place] * (Double(samples[row * width + place]) - mean[place])
        }
        result[row * count + index] = Float(sum)
      }
    }
    return result
  }
}
