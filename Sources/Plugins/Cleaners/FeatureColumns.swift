import EspalierProtocols

/// The finite values of some features over the training samples, feature by feature, in memory.
struct FeatureColumns {
  /// The features, by their numbers.
  let features: [Int]
  /// The values of each of them.
  var values: [[Float]]

  init(_ samples: TrainingSamples, _ features: [Int]) throws {
    self.features = features
    // One place more than there are samples, so that a value can be written before it is known to stay.
    var columns = features.map { _ in [Float](repeating: 0, count: samples.count + 1) }
    var counts = [Int](repeating: 0, count: features.count)
    let width = samples.width
    try samples.forEachChunk { number, chunk, _ in
      for (place, feature) in features.enumerated() {
        columns[place].withUnsafeMutableBufferPointer { column in
          var next = counts[place]
          for row in 0..<number {
            let value = chunk[row * width + feature]
            column[next] = value
            next += value.isFinite ? 1 : 0
          }
          counts[place] = next
        }
      }
    }
    for place in columns.indices { columns[place].removeLast(samples.count + 1 - counts[place]) }
    values = columns
  }

  /// The value below which a share of a feature's values lies, interpolated linearly; its values, of
  /// which there is one at least, change their order.
  mutating func quantile(_ share: Double, ofColumn column: Int) -> Double {
    values[column].withUnsafeMutableBufferPointer { values in
      let place = share * Double(values.count - 1)
      let below = Int(place.rounded(.down))
      let low = OrderStatistics.select(below, of: values)
      guard below + 1 < values.count, place > Double(below) else { return Double(low) }
      // All behind it are at least as great; the least of them comes next.
      var next = Float.infinity
      for value in values[(below + 1)...] { next = value < next ? value : next }
      return Double(low) + (Double(next) - Double(low)) * (place - Double(below))
    }
  }
}

enum OrderStatistics {
  /// The value that would stand at a place if the values were sorted; what is less stands before that
  /// place afterwards, what is greater behind it. Takes time in proportion to the number of values.
  static func select(_ place: Int, of values: UnsafeMutableBufferPointer<Float>) -> Float {
    var (low, high) = (0, values.count - 1)
    // Partitions that go badly end in a sort, so that no order of values takes quadratic time.
    var patience = 2 * (Int.bitWidth - values.count.leadingZeroBitCount)
    while high - low > 16, patience > 0 {
      patience -= 1
      let pivot = middle(values[low], values[(low + high) / 2], values[high])
      var (left, right) = (low, high)
      while left <= right {
        while values[left] < pivot { left += 1 }
        while values[right] > pivot { right -= 1 }
        guard left <= right else { break }
        values.swapAt(left, right)
        left += 1
        right -= 1
      }
      if place <= right {
        high = right
      } else if place >= left {
        low = left
      } else {
        return values[place]
      }
    }
    var rest = UnsafeMutableBufferPointer(rebasing: values[low...high])
    rest.sort()
    return values[place]
  }

  private static func middle(_ a: Float, _ b: Float, _ c: Float) -> Float {
    max(min(a, b), min(max(a, b), c))
  }
}
