import EspalierProtocols

/// log σ(x) = −log(1 + e^(−x)), without loss of digits for large |x|.
///
/// Any shape; shape unchanged.
public struct LogSigmoid: Activation {
  public static let manifest = Manifest(
    "log_sigmoid", "log(1 / (1 + e^(−x)))", aliases: ["logsigmoid"])

  public init() {}

  public func callAsFunction(_ x: Tensor) -> Tensor { -softplus(-x) }
}
