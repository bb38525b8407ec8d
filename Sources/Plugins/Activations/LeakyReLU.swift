import EspalierProtocols

/// y = x for x > 0, else slope · x; the gradient at 0 is the slope.
public struct LeakyReLU: Activation {
  public static let manifest = Manifest(
    "leaky_relu", "x if x > 0 else slope·x", paper: "Maas, Hannun and Ng, 2013")

  @Parameter("slope for negative inputs", in: 0...1) public var slope: Float = 0.01

  public init() {}
  public init(slope: Float) { self.slope = slope }

  public var gain: Float { VarianceScaling.rectifierGain(slope: slope) }

  public func callAsFunction(_ x: Tensor) -> Tensor {
    maximum(x, 0) + slope * minimum(x, 0)
  }
}
