import EspalierProtocols

/// y = act(x ⋆ w + b): filters slide over sequences [n, c, length] → [n, filters, length′].
///
/// Parameters: `weight` [filters, c / groups, kernel] and `bias` [filters]. Extents: length′ =
/// ⌊(length + padding − dilation · (kernel − 1) − 1) / stride⌋ + 1. First values as in ``Dense``.
public struct Conv1D: Layer {
  public static let manifest = Manifest(
    "conv1d", "act(x ⋆ w + b): filters slide over sequences",
    paper: "Waibel and others, 1989",
    sample: "{conv1d: {filters: 16, kernel: 3, padding: same, activation: relu}}")

  @Parameter("number of filters, the channels of the output", in: 1...) public var filters: Int
  @Parameter("length of a filter", in: 1...) public var kernel = 3
  @Parameter("distance between places of a filter", in: 1...) public var stride = 1
  @Parameter("zeros before and after the sequence, one number", in: 0...)
  public var padding = Padding.valid
  @Parameter("distance between the taps of a filter", in: 1...) public var dilation = 1
  @Parameter("parts into which channels are split, each with filters of its own", in: 1...)
  public var groups = 1
  @Parameter("whether an offset is added to each channel") public var bias = true
  @Component("applied to the output") public var activation: (any Activation)?
  @Component("gives the filters their first values") public var initializer: (any Initializer)?
  @Component("gives the offsets their first values; zeros unless named")
  public var biasInitializer: (any Initializer)?

  public init() {}
  public init(
    _ filters: Int, kernel: Int = 3, stride: Int = 1, padding: Padding = .valid,
    dilation: Int = 1, groups: Int = 1, bias: Bool = true, activation: (any Activation)? = nil,
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
    if case .amount(let pair) = padding, pair.rows != pair.columns {
      throw PluginError(
        "conv1d takes one number, not \(pair.configValue)", parameter: "padding")
    }
  }

  public func callAsFunction(_ x: Tensor, in scope: Scope) throws -> Tensor {
    guard x.rank == 3 else {
      throw PluginError("conv1d takes sequences [n×channels×length], not \(x.shape)")
    }
    let channels = x.shape[1]
    try checkGroups(groups, of: channels, "channels")
    let fanIn = channels / groups * kernel
    let weight = scope.parameter(
      "weight", [filters, channels / groups, kernel],
      initial: .drawn(
        initializer ?? VarianceScaling.standard(before: activation), fanIn: fanIn,
        fanOut: filters * kernel))
    // A sequence is an image of one row.
    let image = x.asRow
    var margins = padding
    if case .amount(let pair) = padding { margins = .amount(Pair(0, pair.columns)) }
    var y = image.convolved(
      with: weight.asRow, stride: [1, stride],
      padding: margins.around(
        image.shape, kernel: Pair(1, kernel), stride: Pair(1, stride), dilation: Pair(1, dilation)),
      dilation: [1, dilation], groups: groups)
    if bias {
      y += scope.bias(filters, biasInitializer, fanIn: fanIn).reshaped(to: [filters, 1, 1])
    }
    // Activations see channels and length where they are in a sequence, and run with the convolution.
    return scope.activate(y, activation).rowAsSequence
  }
}
