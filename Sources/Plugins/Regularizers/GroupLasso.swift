import EspalierProtocols

/// Group lasso: λ·Σ √|g|·‖w_g‖, which makes whole groups of weights zero.
///
/// A group is all weights of a unit, or of an input: without any of these the unit, or the feature, is
/// out of the model. |g| is the group's size, so that large and small groups are alike; `scaled: false`
/// leaves the factor out. The gradient of a group of zeros is zero. Yuan and Lin, 2006.
///
/// Shapes: any parameter to a single number; in a parameter of one axis each number is a group. It is
/// added once to the loss, whatever the batch size.
public struct GroupLasso: Regularizer {
  public static let manifest = Manifest(
    "group_lasso", "λΣ√|g|·‖w_g‖ added to the loss: whole units or inputs go towards zero",
    paper: "Yuan and Lin, 2006", sample: "{group_lasso: {strength: 1e-4}}")

  @Parameter("λ, the factor of the whole penalty", in: 0...) public var strength: Double
  @Parameter("what a group is: the weights of a unit, or of an input")
  public var groups: WeightGroups = .units
  @Parameter("whether a group counts by the root of its size") public var scaled: Bool = true
  @Parameter("names of the layers it is for, with `*`; all when empty") public var layers:
    [String] =
      []
  @Parameter("penalize biases and scales too") public var biases: Bool = false

  public init() {}

  public init(
    strength: Double, groups: WeightGroups = .units, scaled: Bool = true, layers: [String] = [],
    biases: Bool = false
  ) {
    self.strength = strength
    self.groups = groups
    self.scaled = scaled
    self.layers = layers
    self.biases = biases
  }

  public var includesBiases: Bool { biases }

  public func penalty(_ parameter: Tensor) -> Tensor {
    guard parameter.rank > 1 else { return abs(parameter).sum() * Float(strength) }
    let kept = groups == .units ? 0 : 1
    let squares = square(parameter).sum((0..<parameter.rank).filter { $0 != kept })
    // At zero a root has no slope.
    let lengths = sqrt(maximum(squares, Float.leastNormalMagnitude))
    let size = Double(parameter.shape.count / max(parameter.shape[kept], 1))
    return lengths.sum() * Float(strength * (scaled ? size.squareRoot() : 1))
  }
}
