import EspalierProtocols

/// y = the layers one after another: a model within a model, such as a branch of ``Parallel``.
///
/// Layers are named within: `sequential_1.dense_1.weight`.
public struct Sequential: Layer {
  public static let manifest = Manifest(
    "sequential", "layers one after another, as one",
    sample: "{sequential: {layers: [{dense: {units: 64, activation: relu}}, {dense: {units: 64}}]}}"
  )

  @Component("what it runs, in order") public var layers: [any Layer]

  public init() {}
  public init(_ layers: [any Layer]) { self.layers = layers }

  public func validate() throws {
    guard !layers.isEmpty else {
      throw PluginError("sequential needs at least one layer", parameter: "layers")
    }
  }

  public func callAsFunction(_ x: Tensor, in scope: Scope) throws -> Tensor {
    try scope.apply(layers, to: x)
  }
}
