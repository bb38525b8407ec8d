import EspalierProtocols

/// Memory for one batch.
final class BatchSlot: @unchecked Sendable {
  // Written by the one thread that has the batch in work, under the ring's rules.
  let features: AlignedFloats
  let targets: AlignedFloats
  /// The class of each sample where the targets are shares of classes.
  let classes: AlignedFloats?
  let weights: AlignedFloats?
  let scratch: AlignedFloats
  /// The samples' numbers in their part.
  let samples: UnsafeMutablePointer<Int>
  /// The batch before it is mixed.
  let originals: Originals?
  /// The batch that it holds, −1 for none.
  var ready = -1
  var failure: (any Error)?

  /// A batch as it was before samples were mixed.
  struct Originals {
    let features: AlignedFloats
    let targets: AlignedFloats
    let weights: AlignedFloats
  }

  init(_ size: BatchSize) {
    features = AlignedFloats(count: size.samples * size.sample)
    targets = AlignedFloats(count: size.samples * size.target)
    classes = size.hasShares ? AlignedFloats(count: size.samples) : nil
    weights = size.hasWeights ? AlignedFloats(count: size.samples) : nil
    scratch = AlignedFloats(count: size.scratch)
    samples = .allocate(capacity: size.samples)
    samples.initialize(repeating: 0, count: size.samples)
    originals =
      size.mixes
      ? Originals(
        features: AlignedFloats(count: size.samples * size.sample),
        targets: AlignedFloats(count: size.samples * size.target),
        weights: AlignedFloats(count: size.hasWeights ? size.samples : 0)) : nil
  }

  deinit { samples.deallocate() }
}

/// What a batch needs room for.
struct BatchSize {
  /// Samples of a full batch.
  var samples: Int
  /// Numbers of a sample.
  var sample: Int
  /// Numbers of a target as the step gets it.
  var target: Int
  var scratch: Int
  var hasWeights: Bool
  /// Whether classes become shares of classes.
  var hasShares: Bool
  var mixes: Bool
}
