import EspalierProtocols

/// Long short-term memory over a sequence [n, time, features] → [n, units] or [n, time, units].
///
/// (i, f, g, o) = W xₜ + b + U hₜ₋₁ + d; cₜ = σ(f) · cₜ₋₁ + σ(i) · tanh(g); hₜ = σ(o) · tanh(cₜ). Both
/// states begin at zero. Parameters as in PyTorch, gates in the order i, f, g, o: `weight_ih_l0` W
/// [4 · units, features], `weight_hh_l0` U [4 · units, units], `bias_ih_l0` b and `bias_hh_l0` d
/// [4 · units]. Weights begin uniform on ±1/√units, biases at zero.
public struct LSTM: Layer {
  public static let manifest = Manifest(
    "lstm", "cₜ = σ(f)·cₜ₋₁ + σ(i)·tanh(g), hₜ = σ(o)·tanh(cₜ), gates from xₜ and hₜ₋₁",
    paper: "Hochreiter and Schmidhuber, 1997", sample: "{lstm: {units: 32}}")

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
    Recurrence.output(try states(over: x, in: scope).map(\.hidden), output)
  }

  /// Both states after each step, [n, units] each.
  package func states(
    over x: Tensor, from first: (hidden: Tensor, cell: Tensor)? = nil, in scope: Scope
  ) throws -> [(hidden: Tensor, cell: Tensor)] {
    let cell = try Recurrence(
      "lstm", x, units: units, gates: 4, bias: bias,
      initializers: (initializer, recurrentInitializer), in: scope)
    var state = first
    return cell.inputs(x).map { input in
      let gates = cell.product(state?.hidden).map { input + $0 } ?? input
      var memory = sigmoid(cell.gate(0, of: gates)) * tanh(cell.gate(2, of: gates))
      if let old = state?.cell { memory += sigmoid(cell.gate(1, of: gates)) * old }
      let next = (hidden: sigmoid(cell.gate(3, of: gates)) * tanh(memory), cell: memory)
      state = next
      return next
    }
  }
}
