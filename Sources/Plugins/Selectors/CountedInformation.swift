import EspalierProtocols

/// Mutual information of features that are too many values to hold: bins are found and filled in passes over
/// the samples, with the same numbers as come out where they are held.
struct CountedInformation {
  /// Bytes of histograms at once; what would take more is counted in further passes.
  private static let mostBytes = 1 << 26

  let bins: Int

  func scores(_ samples: TrainingSamples) throws -> [Double] {
    let width = samples.width
    let target = samples.description.target
    let edges = try edges(of: samples)
    var values = try samples.targets()
    let counts: [Int]
    switch target {
    case .classes(let names): counts = [names.count]
    case .values, .none: counts = try bin(&values, width: target.width)
    }
    var result = [Double](repeating: 0, count: width)
    let most = counts.max() ?? 1
    var first = 0
    while first < width {
      var last = first
      var bytes = 0
      while last < width, last == first || bytes + 8 * edges[last].count * most <= Self.mostBytes {
        bytes += 8 * edges[last].count * most
        last += 1
      }
      for (part, count) in counts.enumerated() {
        let found = try joint(
          samples, first..<last, edges, labels: values, part, of: target.width, count: count)
        for (feature, score) in zip(first..<last, found) {
          result[feature] = max(result[feature], score)
        }
      }
      first = last
    }
    return result
  }

  /// Where the bins of each feature begin.
  private func edges(of samples: TrainingSamples) throws -> [[Float]] {
    let width = samples.width
    let distinct = try distinct(samples)
    let ranked = try RankedValues(samples, groupOf: Array(0..<width)) { count in
      (0..<bins).map { $0 * count / bins }
    }
    if let bad = ranked.notFinite {
      try FeatureMoments.checkFinite(
        (0..<width).map { $0 == bad ? .nan : 0 }, samples.description)
    }
    return (0..<width).map { feature in
      if let few = distinct[feature] { return few }
      var edges: [Float] = []
      for edge in ranked.groups[feature].values where edges.last != edge { edges.append(edge) }
      return edges
    }
  }

  /// The different values of each feature, ascending; `nil` for more than there are bins.
  private func distinct(_ samples: TrainingSamples) throws -> [[Float]?] {
    let width = samples.width
    var found = [[Float]?](repeating: [], count: width)
    try samples.forEachChunk { number, values, _ in
      for place in 0..<width {
        guard var few = found[place] else { continue }
        for row in 0..<number {
          let value = values[row * width + place]
          if few.contains(value) { continue }
          few.append(value)
          if few.count > bins { break }
        }
        found[place] = few.count > bins ? nil : few
      }
    }
    return found.map { $0?.sorted() }
  }

  /// Puts the number of its bin in the place of each value.
  /// - Returns: the number of bins of each column.
  private func bin(_ values: inout [Float], width: Int) throws -> [Int] {
    let dataset = try ArrayDataset(
      DataDescription(sampleShape: [width], target: .none), features: values, targets: [])
    let samples = TrainingSamples(dataset, rows: SampleNumbers(0..<dataset.count))
    let edges = try edges(of: samples)
    for place in values.indices {
      values[place] = Float(Self.bin(of: values[place], edges[place % width]))
    }
    return edges.map(\.count)
  }

  /// The last edge that is not above the value.
  private static func bin(of value: Float, _ edges: [Float]) -> Int {
    var low = 0
    var length = edges.count
    while length > 1 {
      let half = length / 2
      low += edges[low + half] <= value ? half : 0
      length -= half
    }
    return low
  }

  private func joint(
    _ samples: TrainingSamples, _ features: Range<Int>, _ edges: [[Float]], labels: [Float],
    _ part: Int, of parts: Int, count: Int
  ) throws -> [Double] {
    var tables = features.map { [Double](repeating: 0, count: edges[$0].count * count) }
    let width = samples.width
    var start = 0
    try samples.forEachChunk { number, values, _ in
      for (table, feature) in features.enumerated() {
        for row in 0..<number {
          let bin = Self.bin(of: values[row * width + feature], edges[feature])
          let label = Int(labels[(start + row) * parts + part])
          tables[table][bin * count + label] += 1
        }
      }
      start += number
    }
    return zip(features, tables).map { feature, table in
      MutualInformation.information(table, edges[feature].count, count)
    }
  }
}
