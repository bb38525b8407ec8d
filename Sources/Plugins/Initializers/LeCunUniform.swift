import EspalierProtocols

/// −b ≤ x < b with b = √(3 / in): keeps the variance of signals through linear layers, and through
/// SELU.
public struct LeCunUniform: Initializer {
  public static let manifest = Manifest(
    "lecun_uniform", "uniform within ±√(3 / inputs)",
    paper: "LeCun and others, 1998, Efficient BackProp")

  public init() {}

  public func values(for parameter: ParameterDescription, random: inout CounterRandom) -> [Float] {
    VarianceScaling(.uniform).values(for: parameter, random: &random)
  }
}
