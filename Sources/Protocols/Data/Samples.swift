/// Samples that a plugin reads from first to last, to learn something of them.
public struct SourceSamples: Sendable {
  private let dataset: any Dataset
  private let rows: SampleNumbers

  /// - Parameter rows: numbers of the samples in their data set.
  package init(_ dataset: any Dataset, rows: SampleNumbers) {
    self.dataset = dataset
    self.rows = rows
  }
  package init(_ dataset: any Dataset, rows: [Int]) {
    self.init(dataset, rows: SampleNumbers(rows))
  }

  /// What the samples are.
  public var description: DataDescription { dataset.description }
  /// Number of samples.
  public var count: Int { rows.count }
  /// Numbers of a sample.
  public var width: Int { dataset.description.sampleShape.count }

  /// Where a sample stands, for messages: `flowers.csv: line 14`, or `sample 13`.
  ///
  /// - Parameter sample: its number among these, from 0.
  public func place(of sample: Int) -> String {
    dataset.place(of: rows[sample]) ?? "sample \(rows[sample])"
  }

  /// Reads all samples once, in chunks that fit a cache.
  ///
  /// - Parameter body: called with a number of samples, their features (samples × width), and their
  ///   targets.
  public func forEachChunk(
    _ body: (
      _ count: Int, _ features: UnsafeBufferPointer<Float>, _ targets: UnsafeBufferPointer<Float>
    )
      throws -> Void
  ) throws {
    let chunk = Swift.max(1, Swift.min(count, 1 << 18 / Swift.max(width, 1)))
    let targetWidth = dataset.description.target.width
    var features = [Float](repeating: 0, count: chunk * width)
    var targets = [Float](repeating: 0, count: chunk * targetWidth)
    var chosen = [Int](repeating: 0, count: chunk)
    var start = 0
    while start < count {
      let number = Swift.min(chunk, count - start)
      try chosen.withUnsafeMutableBufferPointer { chosen in
        rows.copy(start..<start + number, to: chosen.baseAddress!)
        let part = UnsafeBufferPointer(rebasing: chosen[..<number])
        try features.withUnsafeMutableBufferPointer { features in
          try targets.withUnsafeMutableBufferPointer { targets in
            try dataset.read(
              part, features: features.baseAddress!, targets: targets.baseAddress)
            try body(
              number, UnsafeBufferPointer(rebasing: features[..<(number * width)]),
              UnsafeBufferPointer(rebasing: targets[..<(number * targetWidth)]))
          }
        }
      }
      start += number
    }
  }

  /// The targets of all samples, which a data set may know without reading features.
  package func targets() throws -> [Float] {
    let all = try dataset.allTargets()
    let width = description.target.width
    return [Float](unsafeUninitializedCapacity: count * width) { result, initialized in
      for (place, row) in rows.enumerated() {
        for part in 0..<width {
          result.initializeElement(at: place * width + part, to: all[row * width + part])
        }
      }
      initialized = count * width
    }
  }

  /// The numbers of the samples, among these, for which something holds; ascending.
  public func indices(
    where holds: (
      _ features: UnsafeBufferPointer<Float>, _ targets: UnsafeBufferPointer<Float>
    ) throws -> Bool
  ) throws -> [Int] {
    let (width, targetWidth) = (width, description.target.width)
    var result: [Int] = []
    var start = 0
    try forEachChunk { number, features, targets in
      for row in 0..<number
      where try holds(
        UnsafeBufferPointer(rebasing: features[row * width..<(row + 1) * width]),
        UnsafeBufferPointer(rebasing: targets[row * targetWidth..<(row + 1) * targetWidth]))
      {
        result.append(start + row)
      }
      start += number
    }
    return result
  }
}

/// The samples of the training split, to which transforms are fitted.
///
/// Only the host makes it, and only from that split: nothing can be fitted to validation or test data
/// by mistake.
public struct TrainingSamples: Sendable {
  private let samples: SourceSamples

  package init(_ dataset: any Dataset, rows: SampleNumbers) {
    samples = SourceSamples(dataset, rows: rows)
  }
  package init(_ dataset: any Dataset, rows: [Int]) {
    samples = SourceSamples(dataset, rows: rows)
  }

  /// What the samples are.
  public var description: DataDescription { samples.description }
  /// Number of samples.
  public var count: Int { samples.count }
  /// Numbers of a sample.
  public var width: Int { samples.width }

  /// Where a sample stands, for messages: `flowers.csv: line 14`, or `sample 13`.
  ///
  /// - Parameter sample: its number among these, from 0.
  public func place(of sample: Int) -> String { samples.place(of: sample) }

  /// Reads all samples once, in chunks that fit a cache.
  ///
  /// - Parameter body: called with a number of samples, their features (samples × width), and their
  ///   targets.
  public func forEachChunk(
    _ body: (
      _ count: Int, _ features: UnsafeBufferPointer<Float>, _ targets: UnsafeBufferPointer<Float>
    )
      throws -> Void
  ) throws {
    try samples.forEachChunk(body)
  }

  /// The targets of all samples, which a data set may know without reading features.
  package func targets() throws -> [Float] { try samples.targets() }

  /// The numbers of the samples, among these, for which something holds; ascending.
  public func indices(
    where holds: (
      _ features: UnsafeBufferPointer<Float>, _ targets: UnsafeBufferPointer<Float>
    ) throws -> Bool
  ) throws -> [Int] {
    try samples.indices(where: holds)
  }
}
