import EspalierProtocols

/// Rewrites a program into an equal, simpler one.
///
/// Beside what `GraphBuilder` does to single nodes: nodes that nothing needs are left out, and images
/// stay channels-last. Plugins write images channels-first, convolutions work channels-last, so each is
/// recorded between two permutations. Those are moved down through element-wise work, where they meet
/// the next one and cancel.
struct Simplifier {
  private let program: Program
  private var builder = GraphBuilder()
  private var renamed: [Int]

  static func simplify(_ program: Program) -> Program {
    var pass = Simplifier(program: program, renamed: program.nodes.map { _ in -1 })
    let needed = pass.needed()
    for number in program.nodes.indices where needed[number] {
      pass.renamed[number] = pass.rewrite(program.nodes[number])
    }
    var result = program
    result.nodes = pass.builder.nodes
    for index in result.outputs.indices {
      result.outputs[index].node = pass.renamed[result.outputs[index].node]
    }
    for index in result.assignments.indices {
      result.assignments[index].node = pass.renamed[result.assignments[index].node]
    }
    return result.withoutDeadNodes()
  }

  private func needed() -> [Bool] { program.neededNodes() }

  private mutating func rewrite(_ node: Node) -> Int {
    let x = node.inputs.map { renamed[$0] }
    let scope = node.scope
    switch node.primitive {
    case .stopGradient: return x[0]
    case .reshape: return builder.reshape(x[0], node.shape, scope: scope)
    case .broadcast: return builder.broadcast(x[0], node.shape, scope: scope)
    case .permute(let order): return builder.permute(x[0], order, scope: scope)
    case .unary(let function):
      if let (inner, order) = channelsFirst(x[0]) {
        return builder.permute(builder.unary(function, inner, scope: scope), order, scope: scope)
      }
      return builder.unary(function, x[0], scope: scope)
    case .binary(let function):
      if let (inner, order) = sunk(x, scope) {
        let result = builder.binary(function, inner[0], inner[1], scope: scope)
        return builder.permute(result, order, scope: scope)
      }
      return builder.binary(function, x[0], x[1], scope: scope)
    case .select:
      if let (inner, order) = sunk(x, scope) {
        let result = builder.add(.select, inner, builder.shape(inner[0]), scope: scope)
        return builder.permute(result, order, scope: scope)
      }
      return builder.add(.select, x, node.shape, scope: scope)
    case .reduce(let kind, let axes):
      if let (inner, order) = channelsFirst(x[0]) {
        let result = builder.reduce(
          kind, inner, axes: axes.map { order[$0] }.sorted(), scope: scope)
        return builder.permute(result, order, scope: scope)
      }
      return builder.reduce(kind, x[0], axes: axes, scope: scope)
    case .matmul(let transposeA, let transposeB, let precision):
      return builder.matmul(
        x[0], x[1], transposeA: transposeA, transposeB: transposeB, precision, node.shape,
        scope: scope)
    case .slice(let starts, let steps):
      if let value = builder.constant(x[0]) {
        return builder.constant(value, node.shape, scope: scope)
      }
      return moved(node, x[0], starts, steps) { .slice(starts: $0, steps: $1) }
    case .embed(let starts, let steps):
      return moved(node, x[0], starts, steps) { .embed(starts: $0, steps: $1) }
    case .concatenate(let axis) where node.shape.dimensions[..<axis].allSatisfy({ $0 == 1 }):
      // One whole block of memory after another: each can be computed in its place.
      var end = 0
      let offsets = x.map { part in
        defer { end += builder.shape(part).count }
        return end
      }
      let packed = builder.add(.pack(offsets: offsets), x, [end], scope: scope)
      return builder.reshape(packed, node.shape, scope: scope)
    default:
      return builder.add(node.primitive, x, node.shape, scope: scope)
    }
  }

  /// A slice, or its adjoint, below the permutation that its input stands under.
  private mutating func moved(
    _ node: Node, _ x: Int, _ starts: [Int], _ steps: [Int],
    _ primitive: (_ starts: [Int], _ steps: [Int]) -> Primitive
  ) -> Int {
    guard let (inner, order) = channelsFirst(x) else {
      return builder.add(node.primitive, [x], node.shape, scope: node.scope)
    }
    var back = (starts: starts, steps: steps, shape: node.shape)
    for (position, axis) in order.enumerated() {
      back.starts[axis] = starts[position]
      back.steps[axis] = steps[position]
      back.shape[axis] = node.shape[position]
    }
    let result = builder.add(
      primitive(back.starts, back.steps), [inner], back.shape, scope: node.scope)
    return builder.permute(result, order, scope: node.scope)
  }

  /// What lies under a permutation from channels-last to channels-first, and that permutation.
  private func channelsFirst(_ x: Int) -> (inner: Int, order: [Int])? {
    guard case .permute(let order) = builder.nodes[x].primitive, order == [0, 3, 1, 2] else {
      return nil
    }
    return (builder.nodes[x].inputs[0], order)
  }

  /// Operands of an element-wise node moved above the permutation that at least one of them stands under.
  private mutating func sunk(_ x: [Int], _ scope: Int) -> (inner: [Int], order: [Int])? {
    guard let order = x.compactMap({ channelsFirst($0)?.order }).first else { return nil }
    return (x.map { builder.permute($0, [0, 2, 3, 1], scope: scope) }, order)
  }
}

extension Program {
  /// Which nodes an output or an assignment depends on.
  func neededNodes() -> [Bool] {
    var needed = [Bool](repeating: false, count: nodes.count)
    for output in outputs { needed[output.node] = true }
    for assignment in assignments { needed[assignment.node] = true }
    for number in nodes.indices.reversed() where needed[number] {
      for input in nodes[number].inputs { needed[input] = true }
    }
    return needed
  }

  /// The same program with only the nodes that it needs.
  func withoutDeadNodes() -> Program {
    let needed = neededNodes()
    var renamed = [Int](repeating: -1, count: nodes.count)
    var result = self
    result.nodes = []
    for number in nodes.indices where needed[number] {
      var node = nodes[number]
      node.inputs = node.inputs.map { renamed[$0] }
      renamed[number] = result.nodes.count
      result.nodes.append(node)
    }
    for index in outputs.indices { result.outputs[index].node = renamed[outputs[index].node] }
    for index in assignments.indices {
      result.assignments[index].node = renamed[assignments[index].node]
    }
    return result
  }
}
