import EspalierProtocols

/// Elastic net: a mixture of L1 and L2.
///
///     λ·( r·Σ|w| + ½(1 − r)·Σw² )
///
/// r = 1 is `l1`, r = 0 is `l2` with its factor ½. Zou and Hastie, 2005.
///
/// Shapes: any parameter to a single number. It is added once to the loss, whatever the batch size.
public struct ElasticNet: Regularizer {
  public static let manifest = Manifest(
    "elastic_net", "λ(rΣ|w| + ½(1 − r)Σw²) added to the loss: L1 and L2 together",
    paper: "Zou and Hastie, 2005", sample: "{elastic_net: {strength: 1e-4, l1_ratio: 0.5}}")

  @Parameter("λ, the factor of the whole penalty", in: 0...) public var strength: Double
  @Parameter("r, the share of L1", in: 0...1) public var l1Ratio: Double = 0.5
  @Parameter("names of the layers it is for, with `*`; all when empty") public var layers:
    [String] =
      []
  @Parameter("penalize biases and scales too") public var biases: Bool = false

  public init() {}

  public init(
    strength: Double, l1Ratio: Double = 0.5, layers: [String] = [], biases: Bool = false
  ) {
    self.strength = strength
    self.l1Ratio = l1Ratio
    self.layers = layers
    self.biases = biases
  }

  public var includesBiases: Bool { biases }

  public func penalty(_ parameter: Tensor) -> Tensor {
    let absolute = abs(parameter) * Float(strength * l1Ratio)
    return (absolute + square(parameter) * Float(strength * (1 - l1Ratio) / 2)).sum()
  }
}
