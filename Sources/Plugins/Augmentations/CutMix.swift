import EspalierProtocols

/// A rectangle of each image is replaced by that of another image of the batch; targets mix by area.
///
/// The rectangle has sides √(1 − λ) of the image's, λ ~ Beta(α, α), and its middle anywhere, cut off at the
/// border; t ← a·t + (1 − a)·t', a the share of the image that is left. One rectangle a batch. Classes become
/// shares of classes, which the loss must be able to learn, as cross_entropy can. Images [channel, row,
/// column] or [row, column]; shape unchanged.
public struct CutMix: BatchAugmentation {
  public static let manifest = Manifest(
    "cutmix",
    "a rectangle of the share 1 − λ from another image, λ ~ Beta(alpha, alpha); targets by area",
    paper: "Yun and others, 2019", sample: "cutmix: {alpha: 1}")

  @Parameter("the larger, the closer is the rectangle to half of the image", in: Bounds.positive)
  public var alpha: Float = 1
  @Parameter("share of the batches that are mixed", in: 0...1) public var probability: Float = 0.5

  public init() {}
  public init(alpha: Float = 1, probability: Float = 0.5) {
    self.alpha = alpha
    self.probability = probability
  }

  public func check(_ shape: Shape) throws { try ImageShape.check(shape, pluginName) }

  public func mix(_ batch: inout SampleBatch, random: inout CounterRandom) {
    guard let image = ImageShape(batch.shape), random.uniform() < probability else { return }
    let side = (1 - random.share(alpha)).squareRoot()
    let rows = extent(image.rows, side: side, middle: random.integer(below: image.rows))
    let columns = extent(image.columns, side: side, middle: random.integer(below: image.columns))
    mix(&batch, rows: rows, columns: columns, partners: random.permutation(batch.count))
  }

  /// Where a side of the rectangle lies.
  private func extent(_ whole: Int, side: Float, middle: Int) -> Range<Int> {
    let length = Int(side * Float(whole))
    let start = middle - length / 2
    return max(start, 0)..<max(min(start + length, whole), 0)
  }

  /// Puts a rectangle of each sample's partner into the sample.
  package func mix(
    _ batch: inout SampleBatch, rows: Range<Int>, columns: Range<Int>, partners: [Int]
  ) {
    guard let image = ImageShape(batch.shape) else { return }
    let left = 1 - Float(rows.count * columns.count) / Float(image.plane)
    for (sample, other) in partners.enumerated() {
      for channel in 0..<image.channels {
        for row in rows {
          let start = (channel * image.rows + row) * image.columns
          for place in start + columns.lowerBound..<start + columns.upperBound {
            batch.features[sample * image.count + place] =
              batch.originals[other * image.count + place]
          }
        }
      }
      batch.mixTarget(of: sample, with: other, share: left)
    }
  }
}
