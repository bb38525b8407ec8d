import EspalierProtocols

/// N(0, 1 / in): keeps the variance of signals through linear layers, and through SELU.
public struct LeCunNormal: Initializer {
  public static let manifest = Manifest(
    "lecun_normal", "normal with variance 1 / inputs",
    paper: "LeCun and others, 1998, Efficient BackProp")

  public init() {}

  public func values(for parameter: ParameterDescription, random: inout CounterRandom) -> [Float] {
    VarianceScaling(.normal).values(for: parameter, random: &random)
  }
}
