import EspalierProtocols

/// y = act(x Wᵀ + b) over the last axis: [n, …, in] → [n, …, units].
///
/// Parameters: `weight` [units, in] and `bias` [units]. Without an initializer the weights begin
/// with He's normal distribution before a rectifier, else with Glorot's uniform one; biases begin
/// at zero.
public struct Dense: Layer {
  public static let manifest = Manifest(
    "dense", "act(x Wᵀ + b): every output from every input", aliases: ["fully_connected"],
    paper: "Rosenblatt, 1958", sample: "{dense: {units: 64, activation: relu}}")

  @Parameter("number of outputs", in: 1...) public var units: Int
  @Parameter("whether an offset is added to each output") public var bias = true
  @Component("applied to the output") public var activation: (any Activation)?
  @Component("gives the weights their first values") public var initializer: (any Initializer)?
  @Component("gives the offsets their first values; zeros unless named")
  public var biasInitializer: (any Initializer)?

  public init() {}
  public init(
    _ units: Int, bias: Bool = true, activation: (any Activation)? = nil,
    initializer: (any Initializer)? = nil, biasInitializer: (any Initializer)? = nil
  ) {
    self.units = units
    self.bias = bias
    self.activation = activation
    self.initializer = initializer
    self.biasInitializer = biasInitializer
  }

  public func callAsFunction(_ x: Tensor, in scope: Scope) throws -> Tensor {
    guard x.rank >= 2 else {
      throw PluginError("dense takes samples with features [n×…×features], not \(x.shape)")
    }
    let features = x.shape.last
    let weight = scope.parameter(
      "weight", [units, features],
      initial: .drawn(
        initializer ?? VarianceScaling.standard(before: activation), fanIn: features,
        fanOut: units))
    var y = matmul(x, weight, transposeB: true)
    if bias {
      y += scope.bias(units, biasInitializer, fanIn: features)
    }
    return scope.activate(y, activation)
  }
}

extension Scope {
  /// The offsets of a layer, [units].
  func bias(_ units: Int, _ initializer: (any Initializer)?, fanIn: Int) -> Tensor {
    parameter(
      "bias", [units], role: .bias,
      initial: initializer.map { .drawn($0, fanIn: fanIn, fanOut: units) } ?? .constant(0))
  }
}
