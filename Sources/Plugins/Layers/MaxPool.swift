import EspalierProtocols

/// y = the largest value of each window: [n, c, h, w] → [n, c, h′, w′], or [n, c, length] →
/// [n, c, length′].
///
/// Padding counts as nothing, never as zero; the gradient goes to the first of equal values.
public struct MaxPool: Layer {
  public static let manifest = Manifest(
    "max_pool", "y = max of each window of an image or a sequence",
    aliases: ["max_pool1d", "max_pool2d"],
    paper: "Zhou and Chellappa, 1988", sample: "{max_pool: {size: 2}}")

  @Parameter("rows and columns of a window, or its length", in: 1...) public var size: Pair = 2
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

  public func validate() throws { try PoolWindows.check(padding, size) }

  public func callAsFunction(_ x: Tensor, in scope: Scope) throws -> Tensor {
    let windows = PoolWindows(size, stride, padding)
    return try windows.pooled(x, for: "max_pool") { image, window in
      var window = window
      if partial {
        for (axis, size) in [image.shape[2], image.shape[3]].enumerated() {
          window.padding[2 * axis + 1] += Self.rest(
            size, Array(window.padding[2 * axis...2 * axis + 1]), window.kernel[axis],
            window.stride[axis])
        }
      }
      return image.maxPooled(window)
    }
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
