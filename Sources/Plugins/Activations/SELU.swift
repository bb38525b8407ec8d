import EspalierProtocols

/// y = λ · (max(x, 0) + min(α · (eˣ − 1), 0)) with λ ≈ 1.0507 and α ≈ 1.6733, which draw mean and
/// variance of activations towards 0 and 1 through layers that begin with `lecun_normal`.
public struct SELU: Activation {
  public static let manifest = Manifest(
    "selu", "1.0507·(x if x > 0 else 1.6733·(exp(x) − 1)): self-normalizing",
    paper: "Klambauer and others, 2017")

  public init() {}
  public var gain: Float { 0.75 }

  public func callAsFunction(_ x: Tensor) -> Tensor {
    // Fixed points of mean 0 and variance 1, from the paper.
    let scale: Float = 1.050_700_987_355_480_5
    let alpha: Float = 1.673_263_242_354_377_2
    return scale * (maximum(x, 0) + alpha * expm1(minimum(x, 0)))
  }
}
