import EspalierProtocols

/// y = log(1 + e^(βx)) / β: a rectifier without a kink.
public struct Softplus: Activation {
  public static let manifest = Manifest(
    "softplus", "log(1 + exp(beta·x))/beta", paper: "Dugas and others, 2001")

  @Parameter("sharpness of the bend", in: Bounds.positive) public var beta: Float = 1

  public init() {}
  public init(beta: Float) { self.beta = beta }

  public func callAsFunction(_ x: Tensor) -> Tensor {
    beta == 1 ? softplus(x) : softplus(beta * x) / beta
  }
}
