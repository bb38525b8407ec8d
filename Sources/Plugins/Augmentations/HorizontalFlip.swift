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
    for row in 0..<image.channels * image.rows {
      Self.reverse(whole + row * image.columns, image.columns)
    }
  }

  private static func reverse(_ line: UnsafeMutablePointer<Float>, _ count: Int) {
    typealias Four = SIMD4<Float>
    let size = MemoryLayout<Float>.size
    let bytes = UnsafeMutableRawPointer(line)
    var (left, right) = (0, count)
    // Four from each end at once.
    while right - left >= 8 {
      let (first, last) = (left * size, (right - 4) * size)
      let x = bytes.loadUnaligned(fromByteOffset: first, as: Four.self)
      let y = bytes.loadUnaligned(fromByteOffset: last, as: Four.self)
      bytes.storeBytes(of: Four(y.w, y.z, y.y, y.x), toByteOffset: first, as: Four.self)
      bytes.storeBytes(of: Four(x.w, x.z, x.y, x.x), toByteOffset: last, as: Four.self)
      left += 4
      right -= 4
    }
    while right - left >= 2 {
      right -= 1
      (line[left], line[right]) = (line[right], line[left])
      left += 1
    }
  }
}
