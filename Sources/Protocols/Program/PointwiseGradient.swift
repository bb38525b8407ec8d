/// A function of one tensor, element by element, that was recorded as several nodes, such as x·Φ(x).
///
/// Its derivative is recorded from the forward values alone and then multiplied once by the gradient. Pushing the
/// gradient through node by node gives the same, but then every node's value has to be kept for it; the derivative can
/// be computed on the way forward, and nothing else is kept.
struct PointwiseGradient {
  /// The nodes from the result back to the argument, last first.
  let nodes: [Int]
  /// The argument.
  let source: Int

  private static let mostNodes = 24

  /// - Parameters:
  ///   - uses: for each node how many operands it is of nodes that a gradient goes through.
  ///   - depends: the nodes that a gradient goes through.
  ///   - wanted: nodes whose own gradients are asked for.
  /// - Returns: `nil` where the node is no such function, or where node by node is as good.
  init?(of result: Int, nodes all: [Node], uses: [Int], depends: [Bool], wanted: Set<Int>) {
    let shape = all[result].shape
    var nodes: [Int] = []
    var open: [Int: Int] = [:]  // operands so far, and how often each is one
    var joins = false
    var isCostly = false

    func absorb(_ node: Int) -> Bool {
      guard all[node].shape == shape, nodes.count < Self.mostNodes else { return false }
      switch all[node].primitive {
      // Gradients are rounded on their way where values are.
      case .unary(.bfloat16): return false
      case .unary(let function): isCostly = isCostly || function.isCostly
      case .binary(let function): isCostly = isCostly || function == .divide || function == .power
      default: return false
      }
      nodes.append(node)
      for input in all[node].inputs where depends[input] { open[input, default: 0] += 1 }
      return all[node].inputs.allSatisfy { depends[$0] || Self.isNumber($0, all) }
    }
    guard absorb(result) else { return nil }
    while open.count > 1 {
      guard let next = open.keys.max(), open.removeValue(forKey: next) == uses[next],
        !wanted.contains(next), absorb(next)
      else { return nil }
      joins = true
    }
    guard joins, isCostly, let source = open.keys.first, all[source].shape == shape else {
      return nil
    }
    self.nodes = nodes
    self.source = source
  }

  /// The derivative with respect to the argument, of its shape.
  func derivative(in recorder: Recorder) -> Tensor {
    var upstream = [nodes[0]: Tensor(recorder: recorder, id: nodes[0]).filled(with: 1)]
    for number in nodes {
      guard let gradient = upstream.removeValue(forKey: number) else { continue }
      let node = recorder.nodes[number]
      let inputs = node.inputs.map { Tensor(recorder: recorder, id: $0) }
      let isInside = node.inputs.map { $0 == source || nodes.contains($0) }
      let pulled = recorder.within(recorder.path(of: node.scope)) {
        node.primitive.pullback(
          gradient, inputs: inputs, output: Tensor(recorder: recorder, id: number), needed: isInside
        )
      }
      for (index, part) in pulled.enumerated() where isInside[index] {
        guard let part else { continue }
        upstream[node.inputs[index]] = upstream[node.inputs[index]].map { $0 + part } ?? part
      }
    }
    let argument = Tensor(recorder: recorder, id: source)
    return upstream[source] ?? argument.filled(with: 0)
  }

  private static func isNumber(_ node: Int, _ all: [Node]) -> Bool {
    switch all[node].primitive {
    case .constant: true
    case .broadcast, .reshape: isNumber(all[node].inputs[0], all)
    default: false
    }
  }
}

extension Unary {
  /// Whether it takes many times as long as an addition.
  fileprivate var isCostly: Bool {
    switch self {
    case .exp, .expm1, .log, .log1p, .sqrt, .reciprocal, .tanh, .sigmoid, .erf, .sin, .cos: true
    case .negate, .absolute, .sign, .floor, .isFinite, .bfloat16: false
    }
  }
}
