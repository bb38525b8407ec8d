import EspalierProtocols

/// Which samples are in which batch, and how one is made.
final class BatchPlan: @unchecked Sendable {
  // `order` and `sequences` change between epochs only, while no worker is at work.
  private let part: Part
  private let order: SampleOrder
  private let shuffle: Bool
  private let seed: UInt64
  private let augmentations: [any Augmentation]
  private let stages: [Stage]
  private var sequences: [CounterRandom] = []
  private let size: BatchSize
  private var sampleSize: Int { size.sample }
  var batchSize: Int { size.samples }
  let batchCount: Int

  /// Augmentations that follow each other.
  private enum Stage {
    /// Those by these numbers, each sample through all of them while it is in cache.
    case samples(Range<Int>)
    case batch(Int, any BatchAugmentation)
  }

  private static func stages(of augmentations: [any Augmentation]) -> [Stage] {
    var result: [Stage] = []
    for (position, augmentation) in augmentations.enumerated() {
      if let mixing = augmentation as? any BatchAugmentation {
        result.append(.batch(position, mixing))
      } else if case .samples(let before)? = result.last {
        result[result.count - 1] = .samples(before.lowerBound..<position + 1)
      } else {
        result.append(.samples(position..<position + 1))
      }
    }
    return result
  }

  init(
    part: Part, batchSize: Int, shuffle: Bool, dropLast: Bool, seed: UInt64,
    augmentations: [any Augmentation]
  ) throws {
    guard batchSize > 0 else { throw PluginError("a batch of \(batchSize) samples is none") }
    self.part = part
    // A batch larger than the part is the whole part; memory for more would be of no use.
    let samples = min(batchSize, max(part.count, 1))
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
    stages = Self.stages(of: augmentations)
    let mixes = augmentations.contains { $0 is any BatchAugmentation }
    let hasShares = mixes && part.description.target.task == .classification
    let sample = part.description.sampleShape.count
    size = BatchSize(
      samples: samples, sample: sample,
      target: hasShares ? part.description.target.count : part.description.target.width,
      scratch: augmentations.isEmpty ? 0 : sample, hasWeights: part.weights != nil,
      hasShares: hasShares, mixes: mixes)
    order = SampleOrder(count: part.count)
  }

  /// Whether making a batch costs less than handing it from thread to thread.
  var isCheap: Bool {
    part.isInMemory && augmentations.isEmpty && batchSize * sampleSize <= 1 << 16
  }

  func makeSlot() -> BatchSlot { BatchSlot(size) }

  /// Puts the samples into the order of an epoch.
  func begin(epoch: Int) {
    let step = UInt64(max(epoch, 0))
    sequences = augmentations.indices.map {
      CounterRandom(seed: seed, stream: "augmentation.\($0)", step: step)
    }
    guard shuffle else { return }
    // From the file's order each time, so that an epoch does not depend on the ones before it.
    var random = CounterRandom(seed: seed, stream: "shuffle", step: step)
    order.shuffle(&random)
  }

  private func places(of batch: Int) -> Range<Int> {
    let start = batch * batchSize
    return start..<start + min(batchSize, order.count - start)
  }

  /// Reads and augments a batch.
  func fill(_ slot: BatchSlot, _ batch: Int) throws {
    let places = places(of: batch)
    order.copy(places, to: slot.samples)
    let samples = UnsafeBufferPointer(start: slot.samples, count: places.count)
    try part.read(
      samples, features: slot.features.pointer, targets: (slot.classes ?? slot.targets).pointer)
    if let weights = slot.weights, let all = part.weights {
      for (place, sample) in samples.enumerated() {
        weights.pointer[place] = all.pointer[sample]
      }
    }
    if let classes = slot.classes { spread(classes, to: slot.targets, count: samples.count) }
    for stage in stages {
      switch stage {
      case .samples(let positions): augment(slot, samples, positions)
      case .batch(let position, let augmentation):
        mix(slot, count: samples.count, by: augmentation, sequences[position].fork(UInt64(batch)))
      }
    }
    if size.mixes, let classes = slot.classes {
      gather(slot.targets, to: classes, count: samples.count)
    }
  }

  private func augment(
    _ slot: BatchSlot, _ samples: UnsafeBufferPointer<Int>, _ positions: Range<Int>
  ) {
    let shape = part.description.sampleShape
    for (place, sample) in samples.enumerated() {
      let numbers = UnsafeMutableBufferPointer(
        start: slot.features.pointer + place * sampleSize, count: sampleSize)
      for position in positions {
        var random = sequences[position].fork(UInt64(sample))
        augmentations[position].augment(
          numbers, shape: shape, scratch: slot.scratch.buffer, random: &random)
      }
    }
  }

  private func mix(
    _ slot: BatchSlot, count: Int, by augmentation: any BatchAugmentation, _ random: CounterRandom
  ) {
    guard let originals = slot.originals else { return }
    func buffer(_ floats: AlignedFloats, _ width: Int) -> UnsafeMutableBufferPointer<Float> {
      .init(start: floats.pointer, count: min(count * width, floats.count))
    }
    let weights = slot.weights ?? originals.weights
    for (copy, original, width) in [
      (originals.features, slot.features, sampleSize),
      (originals.targets, slot.targets, size.target),
      (originals.weights, weights, 1),
    ] {
      let values = buffer(original, width)
      copy.pointer.update(from: values.baseAddress!, count: values.count)
    }
    var batch = SampleBatch(
      count: count, shape: part.description.sampleShape,
      features: buffer(slot.features, sampleSize),
      originals: .init(buffer(originals.features, sampleSize)), targetWidth: size.target,
      targets: buffer(slot.targets, size.target),
      originalTargets: .init(buffer(originals.targets, size.target)), weights: buffer(weights, 1),
      originalWeights: .init(buffer(originals.weights, 1)))
    var random = random
    augmentation.mix(&batch, random: &random)
  }

  /// A class number becomes the whole share of its class.
  private func spread(_ classes: AlignedFloats, to shares: AlignedFloats, count: Int) {
    shares.pointer.update(repeating: 0, count: count * size.target)
    for sample in 0..<count {
      let number = Int(classes.pointer[sample])
      if number >= 0, number < size.target {
        shares.pointer[sample * size.target + number] = 1
      }
    }
  }

  /// The class with the largest share, for metrics.
  private func gather(_ shares: AlignedFloats, to classes: AlignedFloats, count: Int) {
    for sample in 0..<count {
      let row = shares.pointer + sample * size.target
      var best = 0
      for index in 1..<max(size.target, 1) where row[index] > row[best] { best = index }
      classes.pointer[sample] = Float(best)
    }
  }

  func loaded(_ slot: BatchSlot, _ batch: Int) -> LoadedBatch {
    let count = places(of: batch).count
    return LoadedBatch(
      index: batch, count: count, features: slot.features.pointer,
      targets: slot.targets.pointer, targetWidth: size.target,
      measured: (slot.classes ?? slot.targets).pointer, weights: slot.weights?.pointer,
      samples: UnsafeBufferPointer(start: slot.samples, count: count))
  }
}
