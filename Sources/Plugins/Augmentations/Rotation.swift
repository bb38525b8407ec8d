import EspalierProtocols

/// Turns an image about its centre by an angle drawn from −degrees … degrees.
///
/// y[c, i, j] is read at row m + sin α·(j − n) + cos α·(i − m) and column n + cos α·(j − n) − sin α·(i − m),
/// (m, n) the centre, between four pixels; outside of the image stands `fill`. Positive angles turn
/// counter-clockwise. Images [channel, row, column]; shape unchanged.
public struct Rotation: Augmentation {
  public static let manifest = Manifest(
    "rotation", "y read at (i, j) turned about the centre by α, drawn from −degrees … degrees",
    paper: "Simard, Steinkraus and Platt, 2003",
    sample: "{rotation: {degrees: 10}}")

  @Parameter("largest angle", in: 0...180, unit: "degrees") public var degrees: Float = 15
  @Parameter("what stands outside of the image") public var fill: Float = 0

  public init() {}
  public init(degrees: Float, fill: Float = 0) {
    self.degrees = degrees
    self.fill = fill
  }

  public func check(_ shape: Shape) throws { try ImageShape.check(shape, pluginName) }

  public func augment(
    _ sample: UnsafeMutableBufferPointer<Float>, shape: Shape,
    scratch: UnsafeMutableBufferPointer<Float>, random: inout CounterRandom
  ) {
    guard let image = ImageShape(shape) else { return }
    turn(sample, image, scratch, degrees: random.between(-degrees, degrees))
  }

  package func turn(
    _ sample: UnsafeMutableBufferPointer<Float>, _ image: ImageShape,
    _ scratch: UnsafeMutableBufferPointer<Float>, degrees: Float
  ) {
    scratch.copy(sample, count: image.count)
    image.read(scratch, by: PlaceMap(image, degrees: degrees), fill: fill, into: sample)
  }
}
