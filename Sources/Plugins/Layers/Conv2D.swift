import EspalierProtocols

/// y = act(x ⋆ w + b): filters slide over images [n, c, h, w] → [n, filters, h′, w′].
///
/// Parameters: `weight` [filters, c / groups, kernel rows, kernel columns] and `bias` [filters].
/// Extents: h′ = ⌊(h + padding − dilation · (kernel − 1) − 1) / stride⌋ + 1. First values as in
/// ``Dense``.
public struct Conv2D: Layer {
  public static let manifest = Manifest(
    "conv2d", "act(x ⋆ w + b): filters slide over images",
    paper: "LeCun and others, 1989",
    sample: "{conv2d: {filters: 16, kernel: 3, padding: same, activation: relu}}")

  @Parameter("number of filters, the channels of the output", in: 1...) public var filters: Int
  @Parameter("rows and columns of a filter", in: 1...) public var kernel: Pair = 3
  @Parameter("distance between places of a filter", in: 1...) public var stride: Pair = 1
  @Parameter("zeros around the image", in: 0...) public var padding = Padding.valid
  @Parameter("distance between the taps of a filter", in: 1...) public var dilation: Pair = 1
  @Parameter("parts into which channels are split, each with filters of its own", in: 1...)
  public var groups = 1
  @Parameter("whether an offset is added to each channel") public var bias = true
  @Component("applied to the output") public var activation: (any Activation)?
  @Component("gives the filters their first values") public var initializer: (any Initializer)?
  @Component("gives the offsets their first values; zeros unless named")
  public var biasInitializer: (any Initializer)?

  public init() {}
  public init(
    _ filters: Int, kernel: Pair = 3, stride: Pair = 1, padding: Padding = .valid,
    dilation: Pair = 1, groups: Int = 1, bias: Bool = true, activation: (any Activation)? = nil,
    initializer: (any Initializer)? = nil, biasInitializer: (any Initializer)? = nil
  ) {
    self.filters = filters
    self.kernel = kernel
    self.stride = stride
    self.padding = padding
    self.dilation = dilation
    self.groups = groups
    self.bias = bias
    self.activation = activation
    self.initializer = initializer
    self.biasInitializer = biasInitializer
  }

  public func validate() throws {
    try checkGroups(groups, of: filters, "filters")
  }

  public func callAsFunction(_ x: Tensor, in scope: Scope) throws -> Tensor {
    try requireImages(x, for: "conv2d")
    let channels = x.shape[1]
    try checkGroups(groups, of: channels, "channels")
    let taps = kernel.rows * kernel.columns
    let fanIn = channels / groups * taps
    let weight = scope.parameter(
      "weight", [filters, channels / groups, kernel.rows, kernel.columns],
      initial: .drawn(
        initializer ?? VarianceScaling.standard(before: activation), fanIn: fanIn,
        fanOut: filters * taps))
    var y = x.convolved(
      with: weight, stride: stride.list,
      padding: padding.around(x.shape, kernel: kernel, stride: stride, dilation: dilation),
      dilation: dilation.list, groups: groups)
    if bias {
      y += scope.bias(filters, biasInitializer, fanIn: fanIn).reshaped(to: [filters, 1, 1])
    }
    return scope.activate(y, activation)
  }
}
