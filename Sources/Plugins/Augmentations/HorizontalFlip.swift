import EspalierProtocols

/// y[c, i, j] = x[c, i, columns − 1 − j] with the given probability: left and right change places.
///
/// Images [channel, row, column]; shape unchanged.
public struct HorizontalFlip: Augmentation {
  public static let manifest = Manifest(
    "horizontal_flip",
    "y[i, j] = x[i, columns − 1 − j] with a probability: left and right of an image change places",
    paper: "Krizhevsky, Sutskever and Hinton, 2012")

  @Parameter("share of samples that are mirrored", in: 0...1) public var probability: Float = 0.5

  public init() {}
  public init(probability: Float) { self.probability = probability }

  public func check(_ shape: Shape) throws { try ImageShape.check(shape, pluginName) }

  public func augment(
    _ sample: UnsafeMutableBufferPointer<Float>, shape: Shape,
    scratch: UnsafeMutableBufferPointer<Float>, random: inout CounterRandom
  ) {
    guard let image = ImageShape(shape), random.uniform() < probability,
      let whole = sample.baseAddress
    else { return }
    let width = image.columns
    for row in 0..<image.channels * image.rows {
      let line = whole + row * width
      var (left, right) = (line, line + width - 1)
      while left < right {
        (left.pointee, right.pointee) = (right.pointee, left.pointee)
        left += 1
        right -= 1
      }
    }
  }
}
