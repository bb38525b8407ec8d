import EspalierProtocols

/// What a recurrent layer gives of a sequence.
public enum RecurrentOutput: String, Choice {
  /// The state after the last step, [n, units].
  case last
  /// The states after all steps, [n, time, units].
  case sequence
}

/// The weights of a recurrent cell with a number of gates, and the recording of its steps.
///
/// Parameters, named and stacked as in PyTorch: `weight_ih_l0` [gates · units, features], `weight_hh_l0`
/// [gates · units, units], `bias_ih_l0` and `bias_hh_l0` [gates · units]. Weights begin with the uniform
/// distribution on ±1/√units unless initializers are named, biases at zero.
struct Recurrence {
  let units: Int
  let gates: Int
  /// [gates · units, units]
  let recurrent: Tensor
  private let input: Tensor
  /// The biases of the input and of the state, [gates · units].
  private let biases: (input: Tensor, state: Tensor)?

  init(
    _ name: String, _ x: Tensor, units: Int, gates: Int, bias: Bool,
    initializers: (input: (any Initializer)?, recurrent: (any Initializer)?), in scope: Scope
  ) throws {
    guard x.rank == 3 else {
      throw PluginError("\(name) takes sequences [n×time×features], not \(x.shape)")
    }
    self.units = units
    self.gates = gates
    let rows = gates * units
    func weight(_ name: String, _ columns: Int, _ initializer: (any Initializer)?) -> Tensor {
      let standard = VarianceScaling(gain: 1 / Float(3).squareRoot(), fan: .input, .uniform)
      return scope.parameter(
        name, [rows, columns],
        initial: .drawn(
          initializer ?? standard, fanIn: initializer == nil ? units : columns, fanOut: units))
    }
    input = weight("weight_ih_l0", x.shape[2], initializers.input)
    recurrent = weight("weight_hh_l0", units, initializers.recurrent)
    func offset(_ name: String) -> Tensor {
      scope.parameter(name, [rows], role: .bias, initial: .constant(0))
    }
    biases = bias ? (offset("bias_ih_l0"), offset("bias_hh_l0")) : nil
  }

  /// What the input adds to the gates at each step, [n, gates · units] each: one product for all steps.
  ///
  /// - Parameter joined: whether the state's biases are in it, for cells that only add them.
  func inputs(_ x: Tensor, joined: Bool = true) -> [Tensor] {
    // Time first: the steps are then whole blocks of memory.
    var products = matmul(x.permuted([1, 0, 2]), input, transposeB: true)
    if let biases { products += joined ? biases.input + biases.state : biases.input }
    let step = Shape([x.shape[0], gates * units])
    return (0..<x.shape[1]).map { products.slice(axis: 0, $0..<$0 + 1).reshaped(to: step) }
  }

  /// What the state adds to the gates, [n, gates · units]; `nil` while there is no state.
  func product(_ state: Tensor?) -> Tensor? {
    state.map { matmul($0, recurrent, transposeB: true) }
  }

  /// The same with the state's biases.
  func biasedProduct(_ state: Tensor?) -> Tensor? {
    guard let biases else { return product(state) }
    return product(state).map { $0 + biases.state } ?? biases.state
  }

  /// A gate's part of [n, gates · units], or of the biases alone.
  func gate(_ number: Int, of all: Tensor) -> Tensor {
    all.slice(axis: -1, number * units..<(number + 1) * units)
  }

  /// The states of all steps, or the last one.
  static func output(_ states: [Tensor], _ wanted: RecurrentOutput) -> Tensor {
    let last = states[states.count - 1]
    guard wanted == .sequence else { return last }
    let (n, units) = (last.shape[0], last.shape[1])
    let steps = states.map { $0.reshaped(to: [1, n, units]) }
    return Tensor.concatenate(steps, axis: 0).permuted([1, 0, 2])
  }
}
