/// Samples that can be read in any order: in memory, or a file mapped into it.
public protocol Dataset: Sendable {
  var description: DataDescription { get }
  /// Number of samples.
  var count: Int { get }

  /// Copies samples; called from several threads at once.
  ///
  /// - Parameters:
  ///   - rows: numbers of the samples, each in 0..<count.
  ///   - features: room for rows.count × the sample shape's count.
  ///   - targets: room for rows.count × the target's width; `nil` when not wanted.
  func read(
    _ rows: UnsafeBufferPointer<Int>, features: UnsafeMutablePointer<Float>,
    targets: UnsafeMutablePointer<Float>?) throws

  /// The targets of all samples, as many numbers each as the target's width.
  ///
  /// Reads the features too unless a data set knows better.
  func allTargets() throws -> [Float]

  /// How much each sample counts in training; `nil` when all count alike.
  func allWeights() throws -> [Float]?

  /// Which samples belong together: equal numbers do, such as those of one patient. `nil` where nothing
  /// says so.
  ///
  /// A source that was asked for groups (``SourceContext/group``) gives them; the parts of a split, and
  /// folds, then keep each group together.
  func allGroups() throws -> [Int]?

  /// Where a sample stands in what it was read from, such as `flowers.csv: line 14`; `nil` where its
  /// number says as much.
  func place(of sample: Int) -> String?

  /// What the samples are called in predictions, such as the files of images; `nil` where a sample's number
  /// says as much.
  var sampleNames: [String]? { get }

  /// What the user should know of the data though it is no error, a sentence each without a full stop: files
  /// that were passed over, images that cannot be read. The run's summary has them.
  var notes: [String] { get }
}

extension Dataset {
  public func allWeights() throws -> [Float]? { nil }
  public func allGroups() throws -> [Int]? { nil }
  public func place(of sample: Int) -> String? { nil }
  public var sampleNames: [String]? { nil }
  public var notes: [String] { [] }

  /// The targets of all samples, count × the target's width.
  public func allTargets() throws -> [Float] {
    let width = description.target.width
    guard width > 0, count > 0 else { return [] }
    let size = Swift.max(description.sampleShape.count, 1)
    let chunk = Swift.max(1, Swift.min(count, (1 << 18) / size))
    var features = [Float](repeating: 0, count: chunk * size)
    var result = [Float](repeating: 0, count: count * width)
    try result.withUnsafeMutableBufferPointer { result in
      for start in stride(from: 0, to: count, by: chunk) {
        let rows = Array(start..<Swift.min(start + chunk, count))
        try rows.withUnsafeBufferPointer { rows in
          try features.withUnsafeMutableBufferPointer { features in
            try read(
              rows, features: features.baseAddress!, targets: result.baseAddress! + start * width)
          }
        }
      }
    }
    return result
  }
}

/// A data set that may know, without being read, whether features are missing: its source has looked.
package protocol KnowsMissingFeatures: Dataset {
  /// `nil` when nobody has looked.
  var hasMissingFeatures: Bool? { get }
}

/// Samples in memory.
public struct ArrayDataset: Dataset {
  /// What the samples are.
  public let description: DataDescription
  /// Number of samples.
  public let count: Int
  /// All samples, one after another.
  public let features: [Float]
  /// All targets, one after another.
  public let targets: [Float]
  /// How much each sample counts in training; `nil` when all count alike.
  public let weights: [Float]?
  /// Which samples belong together; `nil` where nothing says so.
  public let groups: [Int]?
  private let place: (@Sendable (Int) -> String)?

  /// - Parameters:
  ///   - features: count × the sample shape's count, sample after sample.
  ///   - targets: count × the target's width.
  ///   - weights: how much each sample counts in training, 0 or more; `nil` when all count alike.
  ///   - groups: a number for each sample, equal for those that belong together.
  ///   - place: where a sample stands in its file, for messages.
  public init(
    _ description: DataDescription, features: [Float], targets: [Float], weights: [Float]? = nil,
    groups: [Int]? = nil, place: (@Sendable (Int) -> String)? = nil
  ) throws {
    let size = description.sampleShape.count
    guard size > 0, features.count % size == 0 else {
      throw PluginError(
        "\(features.count) values are no whole number of samples \(description.sampleShape)")
    }
    count = features.count / size
    guard targets.count == count * description.target.width else {
      throw PluginError("\(count) samples have \(targets.count) targets")
    }
    if let weights {
      guard weights.count == count else {
        throw PluginError("\(count) samples have \(weights.count) weights")
      }
      if let bad = weights.firstIndex(where: { !($0 >= 0 && $0.isFinite) }) {
        throw PluginError("sample \(bad) has the weight \(weights[bad]); 0 ≤ x is allowed")
      }
    }
    if let groups, groups.count != count {
      throw PluginError("\(count) samples have \(groups.count) groups")
    }
    self.weights = weights
    self.groups = groups
    self.description = description
    self.features = features
    self.targets = targets
    self.place = place
  }

  public func place(of sample: Int) -> String? { place?(sample) }

  /// The targets of all samples, count × the target's width.
  public func allTargets() -> [Float] { targets }

  public func allWeights() -> [Float]? { weights }

  public func allGroups() -> [Int]? { groups }

  public func read(
    _ rows: UnsafeBufferPointer<Int>, features out: UnsafeMutablePointer<Float>,
    targets targetsOut: UnsafeMutablePointer<Float>?
  ) {
    let size = description.sampleShape.count
    let width = description.target.width
    features.withUnsafeBufferPointer { source in
      for (place, row) in rows.enumerated() {
        (out + place * size).update(from: source.baseAddress! + row * size, count: size)
      }
    }
    guard let targetsOut, width > 0 else { return }
    targets.withUnsafeBufferPointer { source in
      for (place, row) in rows.enumerated() {
        (targetsOut + place * width).update(from: source.baseAddress! + row * width, count: width)
      }
    }
  }
}
