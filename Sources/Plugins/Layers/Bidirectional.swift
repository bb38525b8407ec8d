import EspalierProtocols

/// A layer over a sequence read from both ends: [n, time, features] → [n, 2 · units] or [n, time, 2 · units].
///
/// One copy of the layer reads the steps in their order, another, with weights of its own, from the last to the
/// first; the results are joined along the last axis, the first copy's in front. Of sequences, step t holds what
/// both say at step t; of last states, each copy's own last one. Meant for `rnn`, `lstm` and `gru`. The copies
/// record as `forward` and `backward`.
public struct Bidirectional: Layer {
  public static let manifest = Manifest(
    "bidirectional", "a recurrent layer over the steps in both orders, joined",
    paper: "Schuster and Paliwal, 1997", sample: "{bidirectional: {layer: {gru: {units: 16}}}}")

  @Component("what reads the sequence, such as gru") public var layer: any Layer

  public init() {}
  public init(_ layer: any Layer) { self.layer = layer }

  public func callAsFunction(_ x: Tensor, in scope: Scope) throws -> Tensor {
    guard x.rank == 3 else {
      throw PluginError("bidirectional takes sequences [n×time×features], not \(x.shape)")
    }
    let ahead = try scope.apply(layer, named: "forward", to: x)
    var behind = try scope.apply(layer, named: "backward", to: reversed(x))
    if behind.rank == 3, behind.shape[1] == x.shape[1] { behind = reversed(behind) }
    return Tensor.concatenate([ahead, behind], axis: -1)
  }

  /// The steps from the last to the first.
  private func reversed(_ x: Tensor) -> Tensor {
    let count = x.shape[1]
    let order = x.recorder.constant((0..<count).map { Float(count - 1 - $0) }, [count])
    return x.permuted([1, 0, 2]).gather(order).permuted([1, 0, 2])
  }
}
