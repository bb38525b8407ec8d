import EspalierProtocols

/// Covers squares of an image, so that a network cannot rely on one part of it.
///
/// The centre of each square is drawn from all pixels; what of the square lies outside is cut off. All
/// channels of a covered pixel become `fill`. Images [channel, row, column]; shape unchanged.
public struct Cutout: Augmentation {
  public static let manifest = Manifest(
    "cutout", "y = fill within squares at random places, else x", aliases: ["random_erasing"],
    paper: "DeVries and Taylor, 2017", sample: "{cutout: {size: 3}}")

  @Parameter("side of a square", in: 1...4096, unit: "pixels") public var size: Int
  @Parameter("squares in an image", in: 1...1000) public var holes: Int = 1
  @Parameter("what covered pixels become") public var fill: Float = 0
  @Parameter("share of samples that are changed", in: 0...1) public var probability: Float = 1

  public init() {}
  public init(size: Int, holes: Int = 1, fill: Float = 0, probability: Float = 1) {
    self.size = size
    self.holes = holes
    self.fill = fill
    self.probability = probability
  }

  public func check(_ shape: Shape) throws {
    try ImageShape.check(shape, pluginName)
    if size >= 2 * max(shape[-1], shape[-2]) {
      throw PluginError(
        "a square of \(size) covers an image of \(shape[-2])×\(shape[-1]) wherever its centre is",
        parameter: "size")
    }
  }

  public func augment(
    _ sample: UnsafeMutableBufferPointer<Float>, shape: Shape,
    scratch: UnsafeMutableBufferPointer<Float>, random: inout CounterRandom
  ) {
    guard let image = ImageShape(shape), probability == 1 || random.uniform() < probability
    else { return }
    for _ in 0..<holes {
      let top = random.integer(below: image.rows) - size / 2
      let left = random.integer(below: image.columns) - size / 2
      cover(sample, image, PixelBox(top: top, left: left, height: size, width: size))
    }
  }

  package func cover(
    _ sample: UnsafeMutableBufferPointer<Float>, _ image: ImageShape, _ box: PixelBox
  ) {
    let columns = max(box.left, 0)..<max(min(box.left + box.width, image.columns), max(box.left, 0))
    for channel in 0..<image.channels {
      for row in max(box.top, 0)..<max(min(box.top + box.height, image.rows), max(box.top, 0)) {
        let start = (channel * image.rows + row) * image.columns
        for place in start + columns.lowerBound..<start + columns.upperBound {
          sample[place] = fill
        }
      }
    }
  }
}
