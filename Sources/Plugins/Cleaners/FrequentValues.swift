import EspalierProtocols

/// The most frequent finite value of features over the training samples.
enum FrequentValues {
  /// Different values of all features that are counted at once.
  private static let most = 1 << 22

  /// The most frequent value of each feature, of equally frequent ones the least.
  ///
  /// - Throws: ``PluginError`` for features of so many different values that none is frequent.
  static func find(_ samples: TrainingSamples, _ features: [Int]) throws -> [Float] {
    var counts = [[Float: Int]](repeating: [:], count: features.count)
    var different = 0
    let width = samples.width
    try samples.forEachChunk { number, values, _ in
      for (place, feature) in features.enumerated() {
        let before = counts[place].count
        for row in 0..<number {
          let value = values[row * width + feature]
          if value.isFinite { counts[place][value, default: 0] += 1 }
        }
        different += counts[place].count - before
      }
      guard different <= most else {
        throw PluginError(
          "the features have more than \(most) different values, so the most frequent one tells nothing",
          parameter: "strategy", remedy: "choose `median`")
      }
    }
    return counts.map { counts in
      let most = counts.values.max() ?? 0
      return counts.lazy.filter { $0.value == most }.map(\.key).min() ?? 0
    }
  }
}
