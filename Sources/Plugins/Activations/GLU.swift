import EspalierProtocols

/// y = a · σ(b), with a the first and b the second half of the features or channels (axis 1):
/// [n, 2 c, …] → [n, c, …].
public struct GLU: Activation {
  public static let manifest = Manifest(
    "glu", "a·sigmoid(b), with the halves a and b of the features",
    paper: "Dauphin and others, 2017")

  @Parameter("axis that is halved; negative ones count from the end", in: -8...7) public var axis =
    1

  public init() {}
  public init(axis: Int) { self.axis = axis }

  public func callAsFunction(_ x: Tensor) -> Tensor {
    let place = axis < 0 ? axis + x.rank : axis
    // Slices and reshapings find an axis that is not there or cannot be halved.
    guard 0..<x.rank ~= place else { return x.slice(axis: place, 0..<1) }
    var half = x.shape
    half[place] /= 2
    let halves = x.reshaped(
      to: Shape(half.dimensions[..<place] + [2] + half.dimensions[place...]))
    return halves.slice(axis: place, 0..<1).reshaped(to: half)
      * sigmoid(halves.slice(axis: place, 1..<2).reshaped(to: half))
  }
}
