import EspalierProtocols

/// y = act(x (m ∘ W)ᵀ / (1 − rate) + b) in training, where each m is 0 with probability rate, else 1;
/// y = act(x Wᵀ + b) otherwise: a dense layer whose weights are dropped, [n, …, in] → [n, …, units].
///
/// One mask is drawn a step, for all samples of the batch. Offsets are kept. Parameters and first
/// values as in ``Dense``.
public struct DropConnect: Layer {
  public static let manifest = Manifest(
    "drop_connect",
    "a dense layer whose weights are dropped in training: act(x (m∘W)ᵀ/(1 − rate) + b)",
    paper: "Wan and others, 2013",
    sample: "{drop_connect: {units: 64, rate: 0.5, activation: relu}}")

  @Parameter("number of outputs", in: 1...) public var units: Int
  @Parameter("probability that a weight is zeroed", in: 0..<1) public var rate: Float = 0.5
  @Parameter("whether an offset is added to each output") public var bias = true
  @Component("applied to the output") public var activation: (any Activation)?
  @Component("gives the weights their first values") public var initializer: (any Initializer)?
  @Component("gives the offsets their first values; zeros unless named")
  public var biasInitializer: (any Initializer)?

  public init() {}
  public init(
    _ units: Int, rate: Float = 0.5, bias: Bool = true, activation: (any Activation)? = nil,
    initializer: (any Initializer)? = nil, biasInitializer: (any Initializer)? = nil
  ) {
    self.units = units
    self.rate = rate
    self.bias = bias
    self.activation = activation
    self.initializer = initializer
    self.biasInitializer = biasInitializer
  }

  public func callAsFunction(_ x: Tensor, in scope: Scope) throws -> Tensor {
    guard x.rank >= 2 else {
      throw PluginError(
        "drop_connect takes samples with features [n×…×features], not \(x.shape)")
    }
    let features = x.shape.last
    var weight = scope.parameter(
      "weight", [units, features],
      initial: .drawn(
        initializer ?? VarianceScaling.standard(before: activation), fanIn: features,
        fanOut: units))
    if scope.isTraining, rate > 0 {
      let kept = scope.random(.uniform, weight.shape) .>= rate
      weight = weight * (kept * (1 / (1 - rate)))
    }
    var y = matmul(x, weight, transposeB: true)
    if bias { y += scope.bias(units, biasInitializer, fanIn: features) }
    return scope.activate(y, activation)
  }
}
