import EspalierProtocols

/// y = the mean of each window: [n, c, h, w] → [n, c, h′, w′], or [n, c, length] → [n, c, length′].
public struct AveragePool: Layer {
  public static let manifest = Manifest(
    "average_pool", "y = mean of each window of an image or a sequence",
    aliases: ["avg_pool", "average_pool1d", "average_pool2d"],
    paper: "LeCun and others, 1989", sample: "{average_pool: {size: 2}}")

  @Parameter("rows and columns of a window, or its length", in: 1...) public var size: Pair = 2
  @Parameter("distance between windows; their size unless given", in: 1...)
  public var stride: Pair? = nil
  @Parameter("zeros around the image", in: 0...) public var padding = Padding.valid
  @Parameter("whether these zeros count in the mean") public var countsPadding = true

  public init() {}
  public init(
    _ size: Pair = 2, stride: Pair? = nil, padding: Padding = .valid, countsPadding: Bool = true
  ) {
    self.size = size
    self.stride = stride
    self.padding = padding
    self.countsPadding = countsPadding
  }

  public func validate() throws { try PoolWindows.check(padding, size) }

  public func callAsFunction(_ x: Tensor, in scope: Scope) throws -> Tensor {
    try PoolWindows(size, stride, padding).pooled(x, for: "average_pool") { image, window in
      var window = window
      window.countsPadding = countsPadding
      return image.averagePooled(window)
    }
  }
}
