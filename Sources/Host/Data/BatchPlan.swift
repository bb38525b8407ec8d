import EspalierProtocols

/// Memory for one batch.
final class BatchSlot: @unchecked Sendable {
  // Written by the one thread that has the batch in work, under the ring's rules.
  let features: AlignedFloats
  let targets: AlignedFloats
  let scratch: AlignedFloats
  /// The batch that it holds, −1 for none.
  var ready = -1
  var failure: (any Error)?

  init(features: Int, targets: Int, scratch: Int) {
    self.features = AlignedFloats(count: features)
    self.targets = AlignedFloats(count: targets)
    self.scratch = AlignedFloats(count: scratch)
  }
}

/// Which samples are in which batch, and how one is made.
final class BatchPlan: @unchecked Sendable {
  // `order` and `sequences` change between epochs only, while no worker is at work.
  private let part: Part
  private let order: UnsafeMutableBufferPointer<Int>
  private let shuffle: Bool
  private let seed: UInt64
  private let augmentations: [any Augmentation]
  private var sequences: [CounterRandom] = []
  private let sampleSize: Int
  private let targetWidth: Int
  let batchSize: Int
  let batchCount: Int

  init(
    part: Part, batchSize: Int, shuffle: Bool, dropLast: Bool, seed: UInt64,
    augmentations: [any Augmentation]
  ) throws {
    guard batchSize > 0 else { throw PluginError("a batch of \(batchSize) samples is none") }
    self.part = part
    // A batch larger than the part is the whole part; memory for more would be of no use.
    self.batchSize = min(batchSize, max(part.count, 1))
    batchCount = dropLast ? part.count / batchSize : (part.count + batchSize - 1) / batchSize
    guard batchCount > 0 else {
      throw PluginError(
        "\(part.count) samples make no batch of \(batchSize)"
          + (dropLast ? " when the last, smaller one is dropped" : ""))
    }
    for augmentation in augmentations { try augmentation.check(part.description.sampleShape) }
    self.shuffle = shuffle
    self.seed = seed
    self.augmentations = augmentations
    sampleSize = part.description.sampleShape.count
    targetWidth = part.description.target.width
    order = .allocate(capacity: part.count)
    for place in order.indices { order.initializeElement(at: place, to: place) }
  }

  deinit { order.deallocate() }

  /// Whether making a batch costs less than handing it from thread to thread.
  var isCheap: Bool {
    part.isInMemory && augmentations.isEmpty && batchSize * sampleSize <= 1 << 16
  }

  func makeSlot() -> BatchSlot {
    BatchSlot(
      features: batchSize * sampleSize, targets: batchSize * targetWidth,
      scratch: augmentations.isEmpty ? 0 : sampleSize)
  }

  /// Puts the samples into the order of an epoch.
  func begin(epoch: Int) {
    let step = UInt64(max(epoch, 0))
    sequences = augmentations.indices.map {
      CounterRandom(seed: seed, stream: "augmentation.\($0)", step: step)
    }
    guard shuffle else { return }
    // From the file's order each time, so that an epoch does not depend on the ones before it.
    for place in order.indices { order[place] = place }
    var random = CounterRandom(seed: seed, stream: "shuffle", step: step)
    for place in stride(from: order.count - 1, to: 0, by: -1) {
      order.swapAt(place, random.integer(below: place + 1))
    }
  }

  private func samples(_ batch: Int) -> UnsafeBufferPointer<Int> {
    let start = batch * batchSize
    return UnsafeBufferPointer(
      start: order.baseAddress! + start, count: min(batchSize, order.count - start))
  }

  /// Reads and augments a batch.
  func fill(_ slot: BatchSlot, _ batch: Int) throws {
    let samples = samples(batch)
    let features = slot.features.pointer
    try part.read(samples, features: features, targets: slot.targets.pointer)
    guard !augmentations.isEmpty else { return }
    let shape = part.description.sampleShape
    for (place, sample) in samples.enumerated() {
      let numbers = UnsafeMutableBufferPointer(
        start: features + place * sampleSize, count: sampleSize)
      for position in augmentations.indices {
        var random = sequences[position].fork(UInt64(sample))
        augmentations[position].augment(
          numbers, shape: shape, scratch: slot.scratch.buffer, random: &random)
      }
    }
  }

  func loaded(_ slot: BatchSlot, _ batch: Int) -> LoadedBatch {
    let samples = samples(batch)
    return LoadedBatch(
      index: batch, count: samples.count, features: slot.features.pointer,
      targets: slot.targets.pointer, samples: samples)
  }
}
