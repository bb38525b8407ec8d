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
  @Parameter("distance between the places of a window", in: 1...) public var dilation: Pair = 1
  @Parameter("whether rows and columns that fill only a part of a window count")
  public var partial = false

  public init() {}
  public init(
    _ size: Pair = 2, stride: Pair? = nil, padding: Padding = .valid, dilation: Pair = 1,
    partial: Bool = false
  ) {
    self.size = size
    self.stride = stride
    self.padding = padding
    self.dilation = dilation
    self.partial = partial
  }

  public func validate() throws { try PoolWindows.check(padding, size) }

  public func callAsFunction(_ x: Tensor, in scope: Scope) throws -> Tensor {
    let windows = PoolWindows(size, stride, padding, dilation: dilation)
    return try windows.pooled(x, for: "max_pool") { image, window in
      var window = window
      if partial {
        for (axis, size) in [image.shape[2], image.shape[3]].enumerated() {
          window.padding[2 * axis + 1] += Self.rest(
            size, Array(window.padding[2 * axis...2 * axis + 1]),
            window.dilation[axis] * (window.kernel[axis] - 1) + 1, window.stride[axis])
        }
      }
      return dilation == 1 ? image.maxPooled(window) : try Self.withGaps(image, window)
    }
  }

  /// The largest of the slices that each tap of the windows sees.
  private static func withGaps(_ image: Tensor, _ window: Window) throws(PluginError) -> Tensor {
    let size = [window.outputHeight, window.outputWidth]
    guard size.allSatisfy({ $0 > 0 }) else {
      throw PluginError(
        "a window of \(window.kernel[0])×\(window.kernel[1]) with gaps is larger than the image "
          + "\(window.height)×\(window.width)", parameter: "dilation")
    }
    let p = window.padding
    let margins: [(before: Int, after: Int)] = [(0, 0), (0, 0), (p[0], p[1]), (p[2], p[3])]
    var x = image
    if p.contains(where: { $0 > 0 }) {
      let inside = image.filled(with: 1).padded(margins)
      x = image.padded(margins)
      x = select(inside, x, x.filled(with: -Float.greatestFiniteMagnitude))
    }
    let taps = (0..<window.kernel[0] * window.kernel[1]).map { tap in
      let (row, column) = (tap / window.kernel[1], tap % window.kernel[1])
      return x.slice(
        starts: [0, 0, row * window.dilation[0], column * window.dilation[1]],
        sizes: [x.shape[0], x.shape[1]] + size, steps: [1, 1] + window.stride)
    }
    // From the last to the first, so that the gradient goes to the first of equal values.
    return taps.dropLast().reversed().reduce(taps[taps.count - 1]) { maximum($0, $1) }
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
