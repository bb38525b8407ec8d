import EspalierProtocols

/// y = the largest value of each window: [n, c, h, w] → [n, c, h′, w′].
///
/// Padding counts as nothing, never as zero; the gradient goes to the first of equal values.
public struct MaxPool: Layer {
  public static let manifest = Manifest(
    "max_pool", "y = max of each window of an image", aliases: ["max_pool2d"],
    paper: "Zhou and Chellappa, 1988", sample: "{max_pool: {size: 2}}")

  @Parameter("rows and columns of a window", in: 1...) public var size: Pair = 2
  @Parameter("distance between windows; their size unless given", in: 1...)
  public var stride: Pair? = nil
  @Parameter("places around the image that windows may cover", in: 0...)
  public var padding = Padding.valid
  @Parameter("whether rows and columns that fill only a part of a window count")
  public var partial = false

  public init() {}
  public init(
    _ size: Pair = 2, stride: Pair? = nil, padding: Padding = .valid, partial: Bool = false
  ) {
    self.size = size
    self.stride = stride
    self.padding = padding
    self.partial = partial
  }

  public func validate() throws { try checkPoolPadding(padding, size) }

  public func callAsFunction(_ x: Tensor, in scope: Scope) throws -> Tensor {
    try requireImages(x, for: "max_pool")
    let stride = stride ?? size
    var window = Window(
      height: x.shape[2], width: x.shape[3], kernel: size.list, stride: stride.list,
      padding: padding.around(x.shape, kernel: size, stride: stride, dilation: 1))
    if partial {
      window.padding[1] += Self.rest(
        x.shape[2], Array(window.padding[0...1]), size.rows, stride.rows)
      window.padding[3] += Self.rest(
        x.shape[3], Array(window.padding[2...3]), size.columns, stride.columns)
    }
    return x.maxPooled(window)
  }

  /// The room behind an axis that a last window needs, if that window begins within the image.
  private static func rest(
    _ size: Int, _ padding: [Int], _ kernel: Int, _ stride: Int
  ) -> Int {
    let room = size + padding[0] + padding[1] - kernel
    guard room >= 0, room % stride > 0 else { return 0 }
    let start = (room / stride + 1) * stride
    return start < size + padding[0] ? stride - room % stride : 0
  }
}

/// A window that lies wholly in the padding has no maximum and no mean.
func checkPoolPadding(_ padding: Padding, _ size: Pair) throws(PluginError) {
  guard case .amount(let amount) = padding else { return }
  guard amount.rows * 2 <= size.rows, amount.columns * 2 <= size.columns else {
    throw PluginError("padding may be at most half of the window's size", parameter: "padding")
  }
}
