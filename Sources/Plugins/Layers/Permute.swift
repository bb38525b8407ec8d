import EspalierProtocols

/// y = the sample's axes in another order: with axes [2, 1], [n, a, b] → [n, b, a].
///
/// Between layers that differ in their order: `conv1d` takes [n, channels, length], recurrent layers and
/// `attention` take [n, steps, features].
public struct Permute: Layer {
  public static let manifest = Manifest(
    "permute", "the sample's axes in another order", aliases: ["transpose"],
    sample: "{permute: {axes: [2, 1]}}")

  @Parameter("places from which the axes come, 1 for a sample's first", in: 1...)
  public var axes: [Int]

  public init() {}
  public init(_ axes: [Int]) { self.axes = axes }

  public func validate() throws {
    guard !axes.isEmpty, axes.sorted() == Array(1...axes.count) else {
      throw PluginError(
        "the axes 1…\(max(axes.count, 1)) must each come once, such as [2, 1]", parameter: "axes")
    }
  }

  public func callAsFunction(_ x: Tensor, in scope: Scope) throws -> Tensor {
    guard x.rank == axes.count + 1 else {
      throw PluginError(
        "samples \(Shape(Array(x.shape.dimensions.dropFirst()))) have \(x.rank - 1) axes, and "
          + "\(axes.count) are put in order", parameter: "axes")
    }
    return x.permuted([0] + axes)
  }
}
