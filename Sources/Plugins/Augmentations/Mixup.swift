import EspalierProtocols

/// x ← λ·x + (1 − λ)·x', t ← λ·t + (1 − λ)·t', with another sample (x', t') of the batch and λ ~ Beta(α, α).
///
/// One λ and one order of the others a batch. Classes become shares of classes, which the loss must be able to
/// learn, as cross_entropy can. Any shape; shape unchanged.
public struct Mixup: BatchAugmentation {
  public static let manifest = Manifest(
    "mixup",
    "λ·x + (1 − λ)·x' and the same of the targets, λ ~ Beta(alpha, alpha), x' of the batch",
    paper: "Zhang, Cisse, Dauphin and Lopez-Paz, 2018", sample: "mixup: {alpha: 0.2}")

  @Parameter("the larger, the more alike are the two shares", in: Bounds.positive)
  public var alpha: Float = 0.2
  @Parameter("share of the batches that are mixed", in: 0...1) public var probability: Float = 1

  public init() {}
  public init(alpha: Float, probability: Float = 1) {
    self.alpha = alpha
    self.probability = probability
  }

  public func mix(_ batch: inout SampleBatch, random: inout CounterRandom) {
    guard random.uniform() < probability else { return }
    let share = random.share(alpha)
    mix(&batch, share: share, partners: random.permutation(batch.count))
  }

  /// Mixes each sample with its partner.
  package func mix(_ batch: inout SampleBatch, share: Float, partners: [Int]) {
    let size = batch.shape.count
    for (sample, other) in partners.enumerated() {
      let (own, foreign) = (sample * size, other * size)
      for place in 0..<size {
        batch.features[own + place] =
          share * batch.originals[own + place] + (1 - share) * batch.originals[foreign + place]
      }
      batch.mixTarget(of: sample, with: other, share: share)
    }
  }
}
