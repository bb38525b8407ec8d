import EspalierProtocols

/// y = x · σ(β x), with β fixed or learned (parameter `beta`, []).
public struct SiLU: Activation {
  public static let manifest = Manifest(
    "silu", "x·sigmoid(beta·x)", aliases: ["swish"],
    paper: "Elfwing, Uchibe and Doya, 2018; Ramachandran, Zoph and Le, 2017")

  @Parameter("steepness of the gate", in: Bounds.positive) public var beta: Float = 1
  @Parameter("whether beta is learned, from this value on") public var learned = false

  public init() {}
  public init(beta: Float = 1, learned: Bool = false) {
    self.beta = beta
    self.learned = learned
  }

  public var gain: Float { VarianceScaling.rectifierGain() }

  public func callAsFunction(_ x: Tensor) -> Tensor {
    if learned {
      return x * sigmoid(x * x.scope.parameter("beta", [], role: .scale, initial: .constant(beta)))
    }
    return x * sigmoid(beta == 1 ? x : beta * x)
  }
}
