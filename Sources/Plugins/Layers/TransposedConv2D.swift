import EspalierProtocols

/// y = act(w-weighted copies of the filters at every place of x + b): the adjoint of a convolution,
/// [n, c, h, w] → [n, filters, h′, w′].
///
/// Parameters: `weight` [c, filters / groups, kernel rows, kernel columns] and `bias` [filters].
/// Extents: h′ = (h − 1) · stride − 2 · padding + dilation · (kernel − 1) + output padding + 1; `same`
/// makes it h · stride. First values as in ``Dense``.
public struct TransposedConv2D: Layer {
  public static let manifest = Manifest(
    "transposed_conv2d", "the adjoint of a convolution: every value places a filter on the output",
    aliases: ["conv_transpose2d"], paper: "Zeiler and others, 2010",
    sample: "{transposed_conv2d: {filters: 8, kernel: 2, stride: 2, activation: relu}}")

  @Parameter("number of filters, the channels of the output", in: 1...) public var filters: Int
  @Parameter("rows and columns of a filter", in: 1...) public var kernel: Pair = 3
  @Parameter("distance between places of a filter on the output", in: 1...) public var stride:
    Pair = 1
  @Parameter("rows and columns that are cut off around the output", in: 0...)
  public var padding = Padding.valid
  @Parameter("rows and columns more behind the output, less than the stride", in: 0...)
  public var outputPadding: Pair = 0
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
    outputPadding: Pair = 0, dilation: Pair = 1, groups: Int = 1, bias: Bool = true,
    activation: (any Activation)? = nil, initializer: (any Initializer)? = nil,
    biasInitializer: (any Initializer)? = nil
  ) {
    self.filters = filters
    self.kernel = kernel
    self.stride = stride
    self.padding = padding
    self.outputPadding = outputPadding
    self.dilation = dilation
    self.groups = groups
    self.bias = bias
    self.activation = activation
    self.initializer = initializer
    self.biasInitializer = biasInitializer
  }

  public func validate() throws {
    try checkGroups(groups, of: filters, "filters")
    guard outputPadding.rows < stride.rows, outputPadding.columns < stride.columns else {
      throw PluginError(
        "the output's padding must be less than the stride", parameter: "output_padding")
    }
    if padding == .same, outputPadding != 0 {
      throw PluginError(
        "padding `same` already says how large the output is", parameter: "output_padding")
    }
  }

  public func callAsFunction(_ x: Tensor, in scope: Scope) throws -> Tensor {
    try requireImages(x, for: "transposed_conv2d")
    let channels = x.shape[1]
    try checkGroups(groups, of: channels, "channels")
    let taps = kernel.rows * kernel.columns
    let weight = scope.parameter(
      "weight", [channels, filters / groups, kernel.rows, kernel.columns],
      initial: .drawn(
        initializer ?? VarianceScaling.standard(before: activation),
        fanIn: channels / groups * taps, fanOut: filters / groups * taps))
    var (size, cut) = ([Int](), [Int]())
    for axis in 0..<2 {
      let (extent, before, after) = extent(of: x.shape[2 + axis], axis)
      size.append(extent)
      cut += [before, after]
    }
    guard size.allSatisfy({ $0 > 0 }) else {
      throw PluginError(
        "padding \(padding.configValue) leaves nothing of an output of \(x.shape)",
        parameter: "padding")
    }
    var y = x.transposedConvolved(
      with: weight, to: size, stride: stride.list, padding: cut, dilation: dilation.list,
      groups: groups)
    if bias {
      y += scope.bias(filters, biasInitializer, fanIn: channels / groups * taps)
        .reshaped(to: [filters, 1, 1])
    }
    return scope.activate(y, activation)
  }

  /// The output's extent along an axis, and what is cut off before and after.
  private func extent(of size: Int, _ axis: Int) -> (extent: Int, before: Int, after: Int) {
    let step = stride.list[axis]
    let reach = dilation.list[axis] * (kernel.list[axis] - 1) + 1
    let whole = (size - 1) * step + reach
    switch padding {
    case .valid: return (whole + outputPadding.list[axis], 0, 0)
    case .amount(let pair):
      let cut = pair.list[axis]
      return (whole - 2 * cut + outputPadding.list[axis], cut, cut)
    case .same:
      let cut = max(reach - step, 0)
      return (size * step, cut / 2, cut - cut / 2)
    }
  }
}
