import EspalierProtocols

/// gain on the diagonal, zero elsewhere: a layer that hands on what it gets.
///
/// Fills matrices [units, inputs]; of unequal extents the rest is zero.
public struct IdentityMatrix: Initializer {
  public static let manifest = Manifest(
    "identity", "w = gain on the diagonal, else 0: the layer hands on its input", aliases: ["eye"])

  @Parameter("the number on the diagonal") public var gain: Float = 1

  public init() {}
  public init(gain: Float) { self.gain = gain }

  public func values(for parameter: ParameterDescription, random: inout CounterRandom) throws
    -> [Float]
  {
    let shape = parameter.shape
    guard shape.rank == 2 else {
      throw PluginError(
        "identity fills matrices; `\(parameter.name)` is \(shape)",
        remedy: shape.rank > 2 ? "use dirac for filters" : "use zeros for offsets")
    }
    var result = [Float](repeating: 0, count: shape.count)
    for place in 0..<min(shape[0], shape[1]) { result[place * shape[1] + place] = gain }
    return result
  }
}
