import EspalierProtocols

/// Multi-head self-attention over a sequence: [n, time, features] → [n, time, features].
///
/// For each head: y = softmax(q kᵀ / √d) v, with d = features / heads; the heads' results stand one
/// behind another and go through an affine map. Parameters as in PyTorch: `in_proj_weight`
/// [3 · features, features] stacks the maps to q, k and v, `in_proj_bias` [3 · features],
/// `out_proj.weight` [features, features], `out_proj.bias` [features]. Weights begin with Glorot's
/// uniform distribution, biases at zero.
public struct Attention: Layer {
  public static let manifest = Manifest(
    "attention", "softmax(q kᵀ/√d) v for several heads, then an affine map",
    aliases: ["multi_head_attention"], paper: "Vaswani and others, 2017",
    sample: "{attention: {heads: 2}}")

  @Parameter("parts into which features are split, each with attention of its own", in: 1...)
  public var heads = 1
  @Parameter("whether a place sees only itself and what stands before it") public var causal = false
  @Parameter("probability that a share of attention is zeroed in training", in: 0..<1)
  public var dropout: Float = 0
  @Parameter("whether offsets are added") public var bias = true
  @Component("gives the weights their first values") public var initializer: (any Initializer)?

  public init() {}
  public init(
    _ heads: Int = 1, causal: Bool = false, dropout: Float = 0, bias: Bool = true,
    initializer: (any Initializer)? = nil
  ) {
    self.heads = heads
    self.causal = causal
    self.dropout = dropout
    self.bias = bias
    self.initializer = initializer
  }

  public func callAsFunction(_ x: Tensor, in scope: Scope) throws -> Tensor {
    try attend(x, over: nil, in: scope).result
  }

  /// Attention of one sequence [n, time, features] over another, or over itself.
  ///
  /// - Returns: the result, and each place's shares [n, heads, time, places].
  package func attend(
    _ query: Tensor, over memory: Tensor?, in scope: Scope
  ) throws -> (result: Tensor, shares: Tensor) {
    guard query.rank == 3 else {
      throw PluginError("attention takes sequences [n×time×features], not \(query.shape)")
    }
    let features = query.shape[2]
    guard features % heads == 0 else {
      throw PluginError(
        "\(features) features cannot be split into \(heads) heads of one size", parameter: "heads")
    }
    let weight = scope.parameter(
      "in_proj_weight", [3 * features, features],
      initial: .drawn(
        initializer ?? VarianceScaling.standard(before: nil), fanIn: features, fanOut: features))
    let offset =
      bias
      ? scope.parameter("in_proj_bias", [3 * features], role: .bias, initial: .constant(0)) : nil
    /// Maps `parts`, of q, k and v, as [parts, n, heads, time, d].
    func projected(_ x: Tensor, _ parts: Range<Int>) -> Tensor {
      let rows = parts.lowerBound * features..<parts.upperBound * features
      var y = matmul(x, weight.slice(axis: 0, rows), transposeB: true)
      if let offset { y += offset.slice(axis: 0, rows) }
      let split: Shape = [x.shape[0], x.shape[1], parts.count, heads, features / heads]
      return y.reshaped(to: split).permuted([2, 0, 3, 1, 4])
    }
    func part(_ number: Int, of all: Tensor) -> Tensor {
      all.slice(axis: 0, number..<number + 1)
        .reshaped(to: Shape(Array(all.shape.dimensions.dropFirst())))
    }
    let (q, k, v): (Tensor, Tensor, Tensor)
    if let memory {
      let both = projected(memory, 1..<3)
      (q, k, v) = (part(0, of: projected(query, 0..<1)), part(0, of: both), part(1, of: both))
    } else {
      let all = projected(query, 0..<3)
      (q, k, v) = (part(0, of: all), part(1, of: all), part(2, of: all))
    }
    let (mixed, shares) = try attention(q, k, v, causal: causal) { shares in
      dropout > 0 ? try scope.apply(Dropout(dropout), named: "dropout", to: shares) : shares
    }
    let joined = mixed.permuted([0, 2, 1, 3]).reshaped(to: query.shape)
    let out = Dense(features, bias: bias, initializer: initializer)
    return (try scope.apply(out, named: "out_proj", to: joined), shares)
  }
}

/// softmax(q kᵀ / √d) v over the two last axes, [places, d] each; the shares are the softmax.
///
/// - Parameter change: what becomes of the shares before they weigh v.
package func attention(
  _ q: Tensor, _ k: Tensor, _ v: Tensor, causal: Bool,
  _ change: (Tensor) throws -> Tensor = { $0 }
) rethrows -> (result: Tensor, shares: Tensor) {
  var scores = matmul(q, k, transposeB: true) * (1 / Float(q.shape.last).squareRoot())
  if causal {
    // Far below any score, but finite: an infinite one would stop a run that looks for such.
    let isSeen = scores.indices(along: -1) .<= scores.indices(along: -2)
    scores = select(isSeen, scores, scores.filled(with: -1e30))
  }
  let shares = scores.softmax()
  return (matmul(try change(shares), v), shares)
}
