import EspalierProtocols

/// Some samples of one side, in memory: values as the source gives them.
struct ShiftSamples {
  let description: DataDescription
  /// count × width.
  let features: [Float]
  /// count × the target's width; empty where targets are not known.
  let targets: [Float]
  /// How many there are in all.
  let all: Int

  var width: Int { description.sampleShape.count }
  var count: Int { features.count / max(width, 1) }

  /// Numbers that are held of one side at most, so that wide samples leave room in memory.
  private static let most = 1 << 24

  /// - Parameters:
  ///   - most: how many samples at most, drawn at random.
  ///   - stream: names the drawing.
  init(_ samples: Preparation.Samples, most: Int, seed: UInt64, stream: String) throws {
    let dataset = samples.dataset
    description = dataset.description
    all = samples.rows.count
    let width = dataset.description.sampleShape.count
    let limit = min(most, max(Self.most / max(width, 1), 20))
    var rows = Array(samples.rows.prefix(limit))
    if all > limit {
      var random = CounterRandom(seed: seed, stream: "shift:" + stream)
      rows = random.permutation(all).prefix(limit).sorted().map { samples.rows[$0] }
    }
    var features = [Float](repeating: 0, count: rows.count * width)
    var targets = [Float](repeating: 0, count: rows.count * dataset.description.target.width)
    try rows.withUnsafeBufferPointer { rows in
      try features.withUnsafeMutableBufferPointer { features in
        try targets.withUnsafeMutableBufferPointer { targets in
          guard let start = features.baseAddress else { return }
          try dataset.read(rows, features: start, targets: targets.baseAddress)
        }
      }
    }
    self.features = features
    self.targets = targets
  }

  /// The values of a feature; NaN where one is missing.
  func values(of feature: Int) -> [Float] {
    stride(from: feature, to: features.count, by: width).map { features[$0] }
  }

  /// One number of each target.
  func targets(_ part: Int) -> [Float] {
    stride(from: part, to: targets.count, by: max(description.target.width, 1)).map { targets[$0] }
  }
}
