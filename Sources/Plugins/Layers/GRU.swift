import EspalierProtocols

/// Gated recurrent unit over a sequence [n, time, features] → [n, units] or [n, time, units].
///
/// (r, z, n) are the gates of W xₜ + b, (r′, z′, n′) those of U hₜ₋₁ + d; r = σ(r + r′), z = σ(z + z′);
/// hₜ = (1 − z) · tanh(n + r · n′) + z · hₜ₋₁. The state begins at zero. Parameters as in PyTorch, gates
/// in the order r, z, n: `weight_ih_l0` W [3 · units, features], `weight_hh_l0` U [3 · units, units],
/// `bias_ih_l0` b and `bias_hh_l0` d [3 · units]. Weights begin uniform on ±1/√units, biases at zero.
public struct GRU: Layer {
  public static let manifest = Manifest(
    "gru", "hₜ = (1 − z)·tanh(n + r·n′) + z·hₜ₋₁, gates from xₜ and hₜ₋₁",
    paper: "Cho and others, 2014", sample: "{gru: {units: 32}}")

  @Parameter("length of the state", in: 1...) public var units: Int
  @Parameter("the `last` state, or the whole `sequence` of them")
  public var output = RecurrentOutput.last
  @Parameter("whether offsets are added") public var bias = true
  @Component("gives the input's weights their first values")
  public var initializer: (any Initializer)?
  @Component("gives the state's weights their first values, such as orthogonal")
  public var recurrentInitializer: (any Initializer)?

  public init() {}
  public init(
    _ units: Int, output: RecurrentOutput = .last, bias: Bool = true,
    initializer: (any Initializer)? = nil, recurrentInitializer: (any Initializer)? = nil
  ) {
    self.units = units
    self.output = output
    self.bias = bias
    self.initializer = initializer
    self.recurrentInitializer = recurrentInitializer
  }

  public func callAsFunction(_ x: Tensor, in scope: Scope) throws -> Tensor {
    Recurrence.output(try states(over: x, in: scope), output)
  }

  /// The state after each step, [n, units] each.
  package func states(
    over x: Tensor, from first: Tensor? = nil, in scope: Scope
  ) throws -> [Tensor] {
    let cell = try Recurrence(
      "gru", x, units: units, gates: 3, bias: bias,
      initializers: (initializer, recurrentInitializer), in: scope)
    var state = first
    return cell.inputs(x, joined: false).map { input in
      let own = cell.biasedProduct(state)
      func both(_ gate: Int, scaledBy factor: Tensor? = nil) -> Tensor {
        let given = cell.gate(gate, of: input)
        guard let own else { return given }
        let kept = cell.gate(gate, of: own)
        return given + (factor.map { $0 * kept } ?? kept)
      }
      let update = sigmoid(both(1))
      let candidate = tanh(both(2, scaledBy: sigmoid(both(0))))
      // (1 − z) · candidate + z · state
      let next =
        state.map { candidate + update * ($0 - candidate) } ?? candidate - update * candidate
      state = next
      return next
    }
  }
}
