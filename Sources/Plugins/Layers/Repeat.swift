import EspalierProtocols

/// y = the layers one after another, the whole list several times, each time with weights of its own.
///
/// Numbers count on through the repetitions: `repeat_1.dense_1`, `repeat_1.dense_2`. A layer with a
/// name of its own is `head`, `head_2`, …
public struct Repeat: Layer {
  public static let manifest = Manifest(
    "repeat", "a list of layers several times, each time with weights of its own",
    sample: "{repeat: {times: 3, layers: [{dense: {units: 64, activation: relu}}]}}")

  @Component("what is repeated") public var layers: [any Layer]
  @Parameter("how often the layers stand one after another", in: 1...1000) public var times: Int

  public init() {}
  public init(_ times: Int, _ layers: [any Layer]) {
    self.layers = layers
    self.times = times
  }

  public func validate() throws {
    guard !layers.isEmpty else {
      throw PluginError("repeat needs at least one layer", parameter: "layers")
    }
  }

  public func callAsFunction(_ x: Tensor, in scope: Scope) throws -> Tensor {
    let row = (1...times).flatMap { time in
      layers.map { layer -> any Layer in
        guard time > 1, let named = layer as? Named else { return layer }
        return named.layer.named("\(named.name)_\(time)")
      }
    }
    return try scope.apply(row, to: x)
  }
}
