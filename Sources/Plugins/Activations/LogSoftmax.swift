import EspalierProtocols

/// y = x − log Σ eˣ along an axis: the logarithm of the softmax, without overflow.
public struct LogSoftmax: Activation {
  public static let manifest = Manifest(
    "log_softmax", "x − log Σ exp(x) along an axis", paper: "Bridle, 1990")

  @Parameter("axis of the sum; negative ones count from the end", in: -8...7) public var axis = -1

  public init() {}
  public init(axis: Int) { self.axis = axis }

  public func callAsFunction(_ x: Tensor) -> Tensor { x.withLast(axis) { $0.logSoftmax() } }
}
