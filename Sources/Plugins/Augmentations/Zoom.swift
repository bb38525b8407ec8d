import EspalierProtocols

/// Makes what an image shows larger or smaller about its centre, by a factor f drawn from
/// minimum … maximum.
///
/// y[c, i, j] is read at row m + (i − m)/f and column n + (j − n)/f, (m, n) the centre, between four
/// pixels; outside of the image stands `fill`. Images [channel, row, column]; shape unchanged.
public struct Zoom: Augmentation {
  public static let manifest = Manifest(
    "zoom", "y read at m + (i − m)/f, m the centre: larger or smaller by f, drawn",
    aliases: ["scale"],
    sample: "{zoom: {minimum: 0.9, maximum: 1.1}}")

  @Parameter("smallest factor", in: 0.01...100) public var minimum: Float = 0.8
  @Parameter("largest factor", in: 0.01...100) public var maximum: Float = 1.2
  @Parameter("what stands outside of the image") public var fill: Float = 0

  public init() {}
  public init(minimum: Float, maximum: Float, fill: Float = 0) {
    self.minimum = minimum
    self.maximum = maximum
    self.fill = fill
  }

  public func validate() throws {
    guard minimum <= maximum else {
      throw PluginError(
        "the smallest factor \(minimum) is above the largest, \(maximum)", parameter: "minimum")
    }
  }

  public func check(_ shape: Shape) throws { try ImageShape.check(shape, pluginName) }

  public func augment(
    _ sample: UnsafeMutableBufferPointer<Float>, shape: Shape,
    scratch: UnsafeMutableBufferPointer<Float>, random: inout CounterRandom
  ) {
    guard let image = ImageShape(shape) else { return }
    magnify(sample, image, scratch, factor: random.between(minimum, maximum))
  }

  package func magnify(
    _ sample: UnsafeMutableBufferPointer<Float>, _ image: ImageShape,
    _ scratch: UnsafeMutableBufferPointer<Float>, factor: Float
  ) {
    scratch.copy(sample, count: image.count)
    image.read(scratch, by: PlaceMap(image, factor: factor), fill: fill, into: sample)
  }
}
