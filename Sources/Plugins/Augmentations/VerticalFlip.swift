import EspalierProtocols

/// y[c, i, j] = x[c, rows − 1 − i, j] with the given probability: top and bottom change places.
///
/// Images [channel, row, column]; shape unchanged.
public struct VerticalFlip: Augmentation {
  public static let manifest = Manifest(
    "vertical_flip",
    "y[i, j] = x[rows − 1 − i, j] with a probability: top and bottom of an image change places")

  @Parameter("share of samples that are mirrored", in: 0...1) public var probability: Float = 0.5

  public init() {}
  public init(probability: Float) { self.probability = probability }

  public func check(_ shape: Shape) throws { try ImageShape.check(shape, pluginName) }

  public func augment(
    _ sample: UnsafeMutableBufferPointer<Float>, shape: Shape,
    scratch: UnsafeMutableBufferPointer<Float>, random: inout CounterRandom
  ) {
    guard let image = ImageShape(shape), random.uniform() < probability else { return }
    let width = image.columns
    for channel in 0..<image.channels {
      let top = channel * image.rows
      for row in 0..<image.rows / 2 {
        for column in 0..<width {
          sample.swapAt(
            (top + row) * width + column, (top + image.rows - 1 - row) * width + column)
        }
      }
    }
  }
}
