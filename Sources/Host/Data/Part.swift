import EspalierProtocols

/// The samples of one part of a run (training, validation or test), after all transforms.
package final class Part: Dataset {
  package let description: DataDescription
  package let count: Int
  private let storage: Storage
  private let targets: Targets
  /// How much each sample counts in training; `nil` when all count alike.
  let weights: AlignedFloats?

  private enum Storage: Sendable {
    case memory(AlignedFloats)
    /// Rows of a data set that is read on demand.
    case onDemand(any Dataset, rows: SampleNumbers)
  }

  private enum Targets: Sendable {
    case memory(AlignedFloats)
    /// Read with the features, and changed.
    case onDemand(changedBy: (any Transform)?)
  }

  /// Samples in memory.
  init(
    _ description: DataDescription, count: Int, features: AlignedFloats, targets: AlignedFloats,
    weights: AlignedFloats? = nil
  ) {
    self.description = description
    self.count = count
    storage = .memory(features)
    self.targets = .memory(targets)
    self.weights = weights
  }

  /// Samples that stay where they are; the targets are held in memory.
  init(
    _ dataset: any Dataset, rows: SampleNumbers, targets: AlignedFloats,
    weights: AlignedFloats? = nil
  ) {
    description = dataset.description
    count = rows.count
    storage = .onDemand(dataset, rows: rows)
    self.targets = .memory(targets)
    self.weights = weights
  }

  /// Samples that stay where they are, targets too.
  ///
  /// - Parameter change: what becomes of targets when they are read.
  init(
    streaming dataset: any Dataset, rows: SampleNumbers, changingTargets change: (any Transform)?,
    weights: AlignedFloats? = nil
  ) {
    description = dataset.description
    count = rows.count
    storage = .onDemand(dataset, rows: rows)
    targets = .onDemand(changedBy: change)
    self.weights = weights
  }

  /// Samples of another part, by number; one may come several times.
  init(drawing rows: SampleNumbers, from part: Part, weights: [Float]?) {
    description = part.description
    count = rows.count
    storage = .onDemand(part, rows: rows)
    self.weights = weights.map { AlignedFloats($0) }
    guard case .memory(let all) = part.targets else {
      targets = .onDemand(changedBy: nil)
      return
    }
    let width = part.description.target.width
    let drawn = AlignedFloats(count: rows.count * width)
    for (place, row) in rows.enumerated() {
      (drawn.pointer + place * width).update(from: all.pointer + row * width, count: width)
    }
    targets = .memory(drawn)
  }

  /// Whether all samples are in memory.
  package var isInMemory: Bool {
    switch storage {
    case .memory: true
    case .onDemand(let dataset, _): (dataset as? Part)?.isInMemory ?? false
    }
  }

  package func read(
    _ rows: UnsafeBufferPointer<Int>, features out: UnsafeMutablePointer<Float>,
    targets targetsOut: UnsafeMutablePointer<Float>?
  ) throws {
    switch storage {
    case .memory(let features):
      let size = description.sampleShape.count
      let source = features.pointer
      for place in 0..<rows.count {
        (out + place * size).update(from: source + rows[place] * size, count: size)
      }
    case .onDemand(let dataset, let all):
      try withUnsafeTemporaryAllocation(of: Int.self, capacity: rows.count) { chosen in
        for place in 0..<rows.count { chosen[place] = all[rows[place]] }
        let chosen = UnsafeBufferPointer(chosen)
        guard case .onDemand(let change) = targets, let targetsOut else {
          try dataset.read(chosen, features: out, targets: nil)
          return
        }
        try read(chosen, of: dataset, features: out, targets: targetsOut, changedBy: change)
      }
    }
    guard case .memory(let all) = targets, let targetsOut else { return }
    let width = description.target.width
    for place in 0..<rows.count {
      for part in 0..<width {
        targetsOut[place * width + part] = all.pointer[rows[place] * width + part]
      }
    }
  }

  private func read(
    _ rows: UnsafeBufferPointer<Int>, of dataset: any Dataset,
    features: UnsafeMutablePointer<Float>, targets: UnsafeMutablePointer<Float>,
    changedBy change: (any Transform)?
  ) throws {
    guard let change else {
      try dataset.read(rows, features: features, targets: targets)
      return
    }
    let count = rows.count * description.target.width
    try withUnsafeTemporaryAllocation(of: Float.self, capacity: max(count, 1)) { raw in
      try dataset.read(rows, features: features, targets: raw.baseAddress)
      change.apply(
        UnsafeBufferPointer(rebasing: raw[..<count]), count: rows.count,
        to: UnsafeMutableBufferPointer(start: targets, count: count))
    }
  }

  /// Reads samples that are transformed on the way once, if nobody has yet, so that a value which is missing
  /// or infinite is told before the run begins.
  ///
  /// - Throws: ``UnusableValue`` for the first one.
  func checkAll() throws {
    guard let pass, !pass.isComplete else { return }
    try SourceSamples(self, rows: SampleNumbers(0..<count)).forEachChunk { _, _, _ in }
  }

  /// The check that samples pass when they are read.
  private var pass: CheckedPass? {
    guard case .onDemand(let dataset, _) = storage else { return nil }
    if let samples = dataset as? StreamedSamples {
      return samples.check?.pass ?? (samples.base as? StepResult)?.part.pass
    }
    return (dataset as? Part)?.pass ?? (dataset as? StepResult)?.part.pass
  }

  package func allTargets() throws -> [Float] {
    if case .memory(let all) = targets { return Array(all.buffer) }
    guard case .onDemand(let dataset, let rows) = storage,
      case .onDemand(let change) = targets
    else { return [] }
    var all = try dataset.allTargets()
    let width = description.target.width
    if rows.count * width != all.count || !rows.isAll {
      all = [Float](unsafeUninitializedCapacity: rows.count * width) { chosen, initialized in
        for (place, row) in rows.enumerated() {
          for part in 0..<width {
            chosen.initializeElement(at: place * width + part, to: all[row * width + part])
          }
        }
        initialized = rows.count * width
      }
    }
    guard let change else { return all }
    return [Float](unsafeUninitializedCapacity: all.count) { changed, initialized in
      all.withUnsafeBufferPointer {
        change.apply(
          $0, count: rows.count, to: UnsafeMutableBufferPointer(rebasing: changed[..<all.count]))
      }
      initialized = all.count
    }
  }

  package func allWeights() -> [Float]? { weights.map { Array($0.buffer) } }
}
