import EspalierProtocols

/// y = x · Φ(x), with the normal distribution function Φ(x) = (1 + erf(x/√2)) / 2 or its
/// approximation by tanh.
public struct GELU: Activation {
  public static let manifest = Manifest(
    "gelu", "x·Φ(x), with the normal distribution function Φ",
    paper: "Hendrycks and Gimpel, 2016")

  /// How exact it is: by the error function, or by a hyperbolic tangent.
  public enum Approximation: String, Choice { case none, tanh }

  @Parameter("`tanh` computes Φ as (1 + tanh(√(2/π) (x + 0.044715 x³))) / 2")
  public var approximation = Approximation.none

  public init() {}
  public init(approximation: Approximation) { self.approximation = approximation }

  public var gain: Float { VarianceScaling.rectifierGain() }

  public func callAsFunction(_ x: Tensor) -> Tensor {
    switch approximation {
    case .none:
      return 0.5 * x * (1 + erf(x * Float(0.5).squareRoot()))
    case .tanh:
      let inner = x + 0.044_715 * (x * x * x)
      return 0.5 * x * (1 + tanh(Float(2 / Double.pi).squareRoot() * inner))
    }
  }
}
