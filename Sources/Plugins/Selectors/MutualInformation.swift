import EspalierProtocols

/// How much each feature tells of the target, in nats, by a histogram.
package struct MutualInformation {
  package let bins: Int
  private let mostHeld: Int

  /// - Parameter mostHeld: values that may be held; of more, bins are counted in passes.
  package init(bins: Int, mostHeld: Int = RankedValues.mostHeld) {
    self.bins = bins
    self.mostHeld = mostHeld
  }

  package func scores(_ samples: TrainingSamples) throws -> [Double] {
    let target = samples.description.target
    let (width, count) = (samples.width, samples.count)
    guard target.width > 0 else { throw PluginError("mutual information needs targets") }
    guard count > 0 else { throw PluginError("there are no training samples to fit to") }
    guard count <= mostHeld / max(width, 1) else {
      return try CountedInformation(bins: bins).scores(samples)
    }
    // A feature's values side by side.
    var columns = [Float](repeating: 0, count: width * count)
    var targets = [[Float]](repeating: [], count: target.width)
    var start = 0
    try samples.forEachChunk { number, features, values in
      for place in 0..<width {
        for row in 0..<number {
          columns[place * count + start + row] = features[row * width + place]
        }
      }
      for row in 0..<number {
        for part in targets.indices { targets[part].append(values[row * targets.count + part]) }
      }
      start += number
    }
    let labels = targets.map { values -> (bins: [Int32], count: Int) in
      if case .classes(let names) = target { return (values.map { Int32($0) }, names.count) }
      return binned(values)
    }
    return try (0..<width).map { place in
      let values = Array(columns[place * count..<(place + 1) * count])
      if values.contains(where: { !$0.isFinite }) {
        try FeatureMoments.checkFinite(
          (0..<width).map { $0 == place ? .nan : 0 }, samples.description)
      }
      let feature = binned(values)
      return labels.reduce(0) { max($0, Self.information(feature, $1)) }
    }
  }

  /// The bin of each value: bins of equally many values, equal ones in the same; a bin for each value
  /// where there are no more than bins.
  func binned(_ values: [Float]) -> (bins: [Int32], count: Int) {
    let sorted = values.ascending()
    var distinct: [Float] = []
    for value in sorted where distinct.last != value {
      distinct.append(value)
      if distinct.count > bins { break }
    }
    var edges = distinct
    if distinct.count > bins {
      // Bin b begins at the value of rank b·n/bins; equal edges are one.
      edges = []
      for bin in 0..<bins {
        let edge = sorted[bin * sorted.count / bins]
        if edges.last != edge { edges.append(edge) }
      }
    }
    var places = [Int32](repeating: 0, count: values.count)
    // The last edge that is not above the value, by halving without a branch.
    edges.withUnsafeBufferPointer { edges in
      for (index, value) in values.enumerated() {
        var low = 0
        var length = edges.count
        while length > 1 {
          let half = length / 2
          low += edges[low + half] <= value ? half : 0
          length -= half
        }
        places[index] = Int32(low)
      }
    }
    return (places, edges.count)
  }

  private static func information(
    _ x: (bins: [Int32], count: Int), _ y: (bins: [Int32], count: Int)
  ) -> Double {
    var joint = [Double](repeating: 0, count: x.count * y.count)
    for (a, b) in zip(x.bins, y.bins) { joint[Int(a) * y.count + Int(b)] += 1 }
    return information(joint, x.count, y.count)
  }

  /// - Parameter joint: how many samples have both, [x × y].
  static func information(_ joint: [Double], _ x: Int, _ y: Int) -> Double {
    var total = 0.0
    var rows = [Double](repeating: 0, count: x)
    var columns = [Double](repeating: 0, count: y)
    for a in 0..<x {
      for b in 0..<y {
        total += joint[a * y + b]
        rows[a] += joint[a * y + b]
        columns[b] += joint[a * y + b]
      }
    }
    var sum = 0.0
    for a in 0..<x {
      for b in 0..<y where joint[a * y + b] > 0 {
        let both = joint[a * y + b]
        sum += both / total * logarithm(both * total / (rows[a] * columns[b]))
      }
    }
    func used(_ counts: [Double]) -> Double { Double(counts.count { $0 > 0 }) }
    let bias = (used(rows) + used(columns) - used(joint) - 1) / (2 * total)
    return max(0, sum + bias)
  }
}
