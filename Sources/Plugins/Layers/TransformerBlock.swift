import EspalierProtocols

/// Attention and a feed-forward network over a sequence [n, time, features], each around a shortcut.
///
/// Norm `pre`: x ← x + attention(norm1(x)), then x ← x + linear2(act(linear1(norm2(x)))). Norm `post`:
/// x ← norm1(x + attention(x)), then x ← norm2(x + linear2(act(linear1(x)))). Dropout follows the
/// activation and both parts, and acts on the shares of attention. Layers are named as in PyTorch:
/// `self_attn`, `linear1`, `linear2`, `norm1`, `norm2`.
public struct TransformerBlock: Layer {
  public static let manifest = Manifest(
    "transformer_block", "attention, then two dense layers, each normalized and added to its input",
    paper: "Vaswani and others, 2017",
    sample: "{transformer_block: {heads: 2, feed_forward: 32, activation: gelu}}")

  /// Where normalization stands.
  public enum Norm: String, Choice { case pre, post }

  @Parameter("parts into which features are split, each with attention of its own", in: 1...)
  public var heads = 1
  @Parameter("width between the two dense layers; four times the features unless given", in: 1...)
  public var feedForward: Int? = nil
  @Parameter("`pre` normalizes what goes into each part, `post` what comes out with the shortcut")
  public var norm = Norm.pre
  @Parameter("whether a place sees only itself and what stands before it") public var causal = false
  @Parameter("probability that a value is zeroed in training", in: 0..<1)
  public var dropout: Float = 0.1
  @Parameter("added to the variance when normalizing", in: Bounds.positive)
  public var epsilon: Float = 1e-5
  @Component("between the two dense layers; relu unless named")
  public var activation: (any Activation)?

  public init() {}
  public init(
    _ heads: Int = 1, feedForward: Int? = nil, norm: Norm = .pre, causal: Bool = false,
    dropout: Float = 0.1, epsilon: Float = 1e-5, activation: (any Activation)? = nil
  ) {
    self.heads = heads
    self.feedForward = feedForward
    self.norm = norm
    self.causal = causal
    self.dropout = dropout
    self.epsilon = epsilon
    self.activation = activation
  }

  public func callAsFunction(_ x: Tensor, in scope: Scope) throws -> Tensor {
    guard x.rank == 3 else {
      throw PluginError("transformer_block takes sequences [n×time×features], not \(x.shape)")
    }
    let features = x.shape[2]
    guard features % heads == 0 else {
      throw PluginError(
        "\(features) features cannot be split into \(heads) heads of one size", parameter: "heads")
    }
    func dropped(_ x: Tensor, _ name: String) throws -> Tensor {
      dropout > 0 ? try scope.apply(Dropout(dropout), named: name, to: x) : x
    }
    func around(
      _ x: Tensor, _ number: Int, _ part: (Tensor) throws -> Tensor
    ) throws -> Tensor {
      let normalize = LayerNorm(epsilon: epsilon)
      let name = "norm\(number)"
      guard norm == .post else {
        let y = try part(try scope.apply(normalize, named: name, to: x))
        return x + (try dropped(y, "dropout\(number)"))
      }
      return try scope.apply(
        normalize, named: name, to: x + (try dropped(try part(x), "dropout\(number)")))
    }
    let attended = try around(x, 1) { x in
      try scope.apply(
        Attention(heads, causal: causal, dropout: dropout), named: "self_attn", to: x)
    }
    return try around(attended, 2) { x in
      let hidden = try scope.apply(
        Dense(
          feedForward ?? 4 * features, activation: activation,
          initializer: activation == nil
            ? VarianceScaling(gain: VarianceScaling.rectifierGain()) : nil),
        named: "linear1", to: x)
      let bent = activation == nil ? maximum(hidden, 0) : hidden
      return try scope.apply(
        Dense(features), named: "linear2", to: try dropped(bent, "dropout"))
    }
  }
}
