import EspalierProtocols

/// An image padded by p, from which its own size is cut at the four corners and the middle; and the same
/// mirrored left to right: ten sides.
///
/// What `random_crop` with the same padding shows in training. Outside of the image stands zero. Images
/// [channel, row, column] or [row, column].
public struct TenCrop: View {
  public static let manifest = Manifest(
    "ten_crop", "four corners and the middle of a padded image, and their mirror images",
    paper: "Krizhevsky, Sutskever and Hinton, 2012", sample: "ten_crop: {padding: 1}")

  @Parameter("rows and columns added on each side", in: 1...4096, unit: "pixels")
  public var padding: Int = 4
  @Parameter("whether mirror images are shown, too; five sides without") public var mirrors = true

  public init() {}
  public init(padding: Int, mirrors: Bool = true) {
    self.padding = padding
    self.mirrors = mirrors
  }

  public func check(_ shape: Shape) throws {
    let image = try ImageShape(shape, of: pluginName)
    guard padding < min(image.rows, image.columns) else {
      throw PluginError(
        "an image of \(image.rows)×\(image.columns) moved by \(padding) is out of sight",
        parameter: "padding")
    }
  }

  public func count(for shape: Shape) -> Int { mirrors ? 10 : 5 }

  public func show(
    _ sample: UnsafeBufferPointer<Float>, shape: Shape, side: Int,
    to output: UnsafeMutableBufferPointer<Float>
  ) {
    let corners = [(0, 0), (-1, -1), (-1, 1), (1, -1), (1, 1)]
    let (down, right) = corners[side % 5]
    ImageShape(image: shape).show(
      sample, down: down * padding, right: right * padding, mirrors: (false, side >= 5), to: output)
  }
}
