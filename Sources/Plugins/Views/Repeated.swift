import EspalierProtocols

/// The sample as it is, and several times changed as in training, by augmentations.
///
/// Side k draws the same numbers for every sample and in every run, so predictions can be repeated.
public struct Repeated: View {
  public static let manifest = Manifest(
    "repeated", "the sample as it is, and as augmentations change it",
    sample: "repeated: {augmentations: [{feature_noise: {deviation: 0.05}}], times: 4}")

  @Component("what changes the sample, in this order") public var augmentations: [any Augmentation]
  @Parameter("sides beside the sample as it is", in: 1...1000) public var times = 8
  @Parameter("seed of the random numbers", in: 0...) public var seed = 0

  public init() {}
  public init(_ augmentations: [any Augmentation], times: Int = 8, seed: Int = 0) {
    self.augmentations = augmentations
    self.times = times
    self.seed = seed
  }

  public func check(_ shape: Shape) throws {
    for augmentation in augmentations {
      guard !(augmentation is any BatchAugmentation) else {
        throw PluginError(
          "\(augmentation.pluginName) mixes samples of a batch, which is no view of one sample",
          parameter: "augmentations")
      }
      try augmentation.check(shape)
    }
  }

  public func count(for shape: Shape) -> Int { times + 1 }

  public func show(
    _ sample: UnsafeBufferPointer<Float>, shape: Shape, side: Int,
    to output: UnsafeMutableBufferPointer<Float>
  ) {
    _ = output.update(from: sample)
    guard side > 0 else { return }
    withUnsafeTemporaryAllocation(of: Float.self, capacity: sample.count) { scratch in
      scratch.initialize(repeating: 0)
      for (position, augmentation) in augmentations.enumerated() {
        var random = CounterRandom(seed: UInt64(seed), stream: "view.\(position)")
          .fork(UInt64(side))
        augmentation.augment(output, shape: shape, scratch: scratch, random: &random)
      }
    }
  }
}
