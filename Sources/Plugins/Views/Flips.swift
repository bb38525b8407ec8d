import EspalierProtocols

/// The image as it is, mirrored left to right, and if wanted upside down: two or four sides.
///
/// Images [channel, row, column] or [row, column].
public struct Flips: View {
  public static let manifest = Manifest(
    "flips", "an image as it is and mirrored", paper: "Krizhevsky, Sutskever and Hinton, 2012",
    sample: "flips")

  @Parameter("whether images are mirrored left to right") public var horizontal: Bool = true
  @Parameter("whether images are mirrored upside down, too") public var vertical: Bool = false

  public init() {}
  public init(horizontal: Bool = true, vertical: Bool = false) {
    self.horizontal = horizontal
    self.vertical = vertical
  }

  public func check(_ shape: Shape) throws { _ = try ImageShape(shape, of: pluginName) }

  public func count(for shape: Shape) -> Int { (horizontal ? 2 : 1) * (vertical ? 2 : 1) }

  public func show(
    _ sample: UnsafeBufferPointer<Float>, shape: Shape, side: Int,
    to output: UnsafeMutableBufferPointer<Float>
  ) {
    let isMirrored = horizontal && side % 2 == 1
    let isTurned = vertical && side / (horizontal ? 2 : 1) == 1
    ImageShape(image: shape).show(
      sample, down: 0, right: 0, mirrors: (isTurned, isMirrored), to: output)
  }
}
