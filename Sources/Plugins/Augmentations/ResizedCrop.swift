import EspalierProtocols

/// Cuts out a part of an image at random and stretches it to the image's size.
///
/// The part's share of the area is drawn from minimum … maximum, the ratio of its width to its height from
/// 1/ratio … ratio, evenly in its logarithm, its place evenly over all that fit. A pixel is read between
/// four of the part. Images [channel, row, column]; shape unchanged. Szegedy and others, 2015.
public struct ResizedCrop: Augmentation {
  public static let manifest = Manifest(
    "resized_crop", "a part of the image of random area, ratio and place, stretched to its size",
    aliases: ["random_resized_crop"], paper: "Szegedy and others, 2015",
    sample: "{resized_crop: {minimum: 0.5}}")

  @Parameter("smallest part of the area", in: Bounds.share) public var minimum: Float = 0.08
  @Parameter("largest part of the area", in: Bounds.share) public var maximum: Float = 1
  @Parameter("how much wider than high, or higher than wide, the part may be", in: 1...100)
  public var ratio: Float = 4 / 3

  public init() {}
  public init(minimum: Float, maximum: Float = 1, ratio: Float = 4 / 3) {
    self.minimum = minimum
    self.maximum = maximum
    self.ratio = ratio
  }

  public func validate() throws {
    guard minimum <= maximum else {
      throw PluginError(
        "the smallest part \(minimum) is above the largest, \(maximum)", parameter: "minimum")
    }
  }

  public func check(_ shape: Shape) throws { try ImageShape.check(shape, pluginName) }

  public func augment(
    _ sample: UnsafeMutableBufferPointer<Float>, shape: Shape,
    scratch: UnsafeMutableBufferPointer<Float>, random: inout CounterRandom
  ) {
    guard let image = ImageShape(shape) else { return }
    let part = draw(image, &random)
    scratch.copy(sample, count: image.count)
    image.resize(part, of: scratch, into: sample, rows: image.rows, columns: image.columns)
  }

  package func draw(_ image: ImageShape, _ random: inout CounterRandom) -> PixelBox {
    for _ in 0..<10 {
      let area = Float(image.plane) * random.between(minimum, maximum)
      let widening = exponential(random.between(-1, 1) * logarithm(ratio))
      let height = Int((area / widening).squareRoot().rounded())
      let width = Int((area * widening).squareRoot().rounded())
      if height >= 1, width >= 1, height <= image.rows, width <= image.columns {
        return PixelBox(
          top: random.integer(below: image.rows - height + 1),
          left: random.integer(below: image.columns - width + 1), height: height, width: width)
      }
    }
    // Much longer than wide: the largest part of an allowed ratio in the middle.
    let height = min(image.rows, max(Int((Float(image.columns) * ratio).rounded()), 1))
    let width = min(image.columns, max(Int((Float(image.rows) * ratio).rounded()), 1))
    return PixelBox(
      top: (image.rows - height) / 2, left: (image.columns - width) / 2, height: height,
      width: width)
  }
}
