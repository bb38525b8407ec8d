import EspalierProtocols

/// y = the sample's numbers in another shape: [n, …] → [n, shape…].
public struct Reshape: Layer {
  public static let manifest = Manifest(
    "reshape", "the sample's numbers in the same order in another shape",
    sample: "{reshape: {shape: [1, 28, 28]}}")

  @Parameter("extents of one sample; one may be -1, for what remains", in: (-1)...)
  public var shape: [Int]

  public init() {}
  public init(_ shape: [Int]) { self.shape = shape }

  public func validate() throws {
    guard shape.count(where: { $0 == -1 }) <= 1 else {
      throw PluginError("only one extent may be -1", parameter: "shape")
    }
    guard !shape.contains(0) else {
      throw PluginError("an extent of 0 leaves no numbers", parameter: "shape")
    }
  }

  public func callAsFunction(_ x: Tensor, in scope: Scope) throws -> Tensor {
    let size = x.shape.dimensions.dropFirst().reduce(1, *)
    let known = shape.filter { $0 > 0 }.reduce(1, *)
    guard shape.contains(-1) ? size % known == 0 : size == known else {
      throw PluginError(
        "a sample of \(size) numbers \(Shape(Array(x.shape.dimensions.dropFirst()))) "
          + "cannot become \(Shape(shape))", parameter: "shape")
    }
    return x.reshaped(to: Shape([x.shape[0]] + shape.map { $0 > 0 ? $0 : size / known }))
  }
}
