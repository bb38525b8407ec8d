import EspalierProtocols

/// hₜ = act(W xₜ + b + U hₜ₋₁ + d) over a sequence [n, time, features] → [n, units] or [n, time, units].
///
/// The state begins at zero. Parameters as in PyTorch: `weight_ih_l0` W [units, features],
/// `weight_hh_l0` U [units, units], `bias_ih_l0` b and `bias_hh_l0` d [units]. Weights begin uniform on
/// ±1/√units, biases at zero.
public struct RNN: Layer {
  public static let manifest = Manifest(
    "rnn", "hₜ = act(W xₜ + b + U hₜ₋₁ + d), one step of a sequence after another",
    paper: "Elman, 1990", sample: "{rnn: {units: 32}}")

  @Parameter("length of the state", in: 1...) public var units: Int
  @Parameter("the `last` state, or the whole `sequence` of them")
  public var output = RecurrentOutput.last
  @Parameter("whether offsets are added") public var bias = true
  @Component("applied at each step; tanh unless named") public var activation: (any Activation)?
  @Component("gives the input's weights their first values")
  public var initializer: (any Initializer)?
  @Component("gives the state's weights their first values, such as orthogonal")
  public var recurrentInitializer: (any Initializer)?

  public init() {}
  public init(
    _ units: Int, output: RecurrentOutput = .last, bias: Bool = true,
    activation: (any Activation)? = nil, initializer: (any Initializer)? = nil,
    recurrentInitializer: (any Initializer)? = nil
  ) {
    self.units = units
    self.output = output
    self.bias = bias
    self.activation = activation
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
      "rnn", x, units: units, gates: 1, bias: bias,
      initializers: (initializer, recurrentInitializer), in: scope)
    var state = first
    return cell.inputs(x).map { input in
      let sum = cell.product(state).map { input + $0 } ?? input
      let next = activation.map { scope.activate(sum, $0) } ?? tanh(sum)
      state = next
      return next
    }
  }
}
