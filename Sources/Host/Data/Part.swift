import EspalierProtocols

/// 32-bit numbers in memory that begins at a multiple of 64 bytes.
final class AlignedFloats: @unchecked Sendable {
  // Written by its maker only, before it is shared.
  let pointer: UnsafeMutablePointer<Float>
  let count: Int

  init(count: Int) {
    let raw = UnsafeMutableRawPointer.allocate(
      byteCount: max(count, 1) * MemoryLayout<Float>.stride, alignment: 64)
    pointer = raw.bindMemory(to: Float.self, capacity: max(count, 1))
    pointer.initialize(repeating: 0, count: max(count, 1))
    self.count = count
  }

  convenience init(_ values: [Float]) {
    self.init(count: values.count)
    for (place, value) in values.enumerated() { pointer[place] = value }
  }

  deinit { UnsafeMutableRawPointer(pointer).deallocate() }

  var buffer: UnsafeMutableBufferPointer<Float> { .init(start: pointer, count: count) }
}

/// The samples of one part of a run (training, validation or test), after all transforms.
package final class Part: Dataset {
  package let description: DataDescription
  package let count: Int
  private let storage: Storage
  private let targets: AlignedFloats
  /// How much each sample counts in training; `nil` when all count alike.
  let weights: AlignedFloats?

  private enum Storage: Sendable {
    case memory(AlignedFloats)
    /// Rows of a data set that is read on demand.
    case onDemand(any Dataset, rows: [Int])
  }

  /// Samples in memory.
  init(
    _ description: DataDescription, count: Int, features: AlignedFloats, targets: AlignedFloats,
    weights: AlignedFloats? = nil
  ) {
    self.description = description
    self.count = count
    storage = .memory(features)
    self.targets = targets
    self.weights = weights
  }

  /// Samples that stay where they are; the targets are held in memory.
  init(
    _ dataset: any Dataset, rows: [Int], targets: AlignedFloats, weights: AlignedFloats? = nil
  ) {
    description = dataset.description
    count = rows.count
    storage = .onDemand(dataset, rows: rows)
    self.targets = targets
    self.weights = weights
  }

  /// Samples of another part, by number; one may come several times.
  init(drawing rows: [Int], from part: Part, weights: [Float]?) {
    description = part.description
    count = rows.count
    storage = .onDemand(part, rows: rows)
    let width = part.description.target.width
    targets = AlignedFloats(count: rows.count * width)
    for (place, row) in rows.enumerated() {
      (targets.pointer + place * width).update(
        from: part.targets.pointer + row * width, count: width)
    }
    self.weights = weights.map { AlignedFloats($0) }
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
        try dataset.read(UnsafeBufferPointer(chosen), features: out, targets: nil)
      }
    }
    guard let targetsOut else { return }
    let width = description.target.width
    for place in 0..<rows.count {
      for part in 0..<width {
        targetsOut[place * width + part] = targets.pointer[rows[place] * width + part]
      }
    }
  }

  package func allTargets() -> [Float] { Array(targets.buffer) }

  package func allWeights() -> [Float]? { weights.map { Array($0.buffer) } }
}
