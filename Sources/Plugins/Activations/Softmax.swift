import EspalierProtocols

/// y = eˣ / Σ eˣ along an axis: numbers above zero that add up to one.
///
/// The losses for classes take its input, not its output: they compute it stably themselves.
public struct Softmax: Activation {
  public static let manifest = Manifest(
    "softmax", "exp(x)/Σ exp(x) along an axis", paper: "Bridle, 1990")

  @Parameter("axis of the sum; negative ones count from the end", in: -8...7) public var axis = -1

  public init() {}
  public init(axis: Int) { self.axis = axis }

  public func callAsFunction(_ x: Tensor) -> Tensor { x.withLast(axis) { $0.softmax() } }
}
