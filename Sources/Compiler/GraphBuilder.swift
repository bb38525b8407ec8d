import EspalierProtocols

/// Builds a program's nodes anew, without doubles and without work that cancels.
///
/// Each constructor returns the number of a node that has the asked value: a new one, an old one, or
/// something simpler.
struct GraphBuilder {
  private struct Key: Hashable {
    let primitive: Primitive
    let inputs: [Int]
    let shape: Shape
  }

  private(set) var nodes: [Node] = []
  private var known: [Key: Int] = [:]

  func shape(_ node: Int) -> Shape { nodes[node].shape }

  mutating func add(_ primitive: Primitive, _ inputs: [Int], _ shape: Shape, scope: Int) -> Int {
    let key = Key(primitive: primitive, inputs: inputs, shape: shape)
    if let node = known[key] { return node }
    nodes.append(Node(primitive, inputs, shape, scope: scope))
    known[key] = nodes.count - 1
    return nodes.count - 1
  }

  /// The number that a node is everywhere, if it is one.
  func constant(_ node: Int) -> Float? {
    switch nodes[node].primitive {
    case .constant(let value): value
    case .broadcast, .reshape: constant(nodes[node].inputs[0])
    default: nil
    }
  }

  mutating func constant(_ value: Float, _ shape: Shape, scope: Int) -> Int {
    let number = add(.constant(value), [], [], scope: scope)
    return broadcast(
      reshape(number, Shape([Int](repeating: 1, count: shape.rank)), scope: scope), shape,
      scope: scope)
  }

  mutating func reshape(_ x: Int, _ shape: Shape, scope: Int) -> Int {
    if nodes[x].shape == shape { return x }
    if case .reshape = nodes[x].primitive {
      return reshape(nodes[x].inputs[0], shape, scope: scope)
    }
    return add(.reshape, [x], shape, scope: scope)
  }

  mutating func broadcast(_ x: Int, _ shape: Shape, scope: Int) -> Int {
    if nodes[x].shape == shape { return x }
    if case .broadcast = nodes[x].primitive, nodes[nodes[x].inputs[0]].shape.rank == shape.rank {
      return broadcast(nodes[x].inputs[0], shape, scope: scope)
    }
    return add(.broadcast, [x], shape, scope: scope)
  }

  mutating func permute(_ x: Int, _ order: [Int], scope: Int) -> Int {
    let shape = Shape(order.map { nodes[x].shape[$0] })
    // Axes of extent one may move freely: if the others keep their order, nothing moves in memory.
    let moving = order.filter { nodes[x].shape[$0] > 1 }
    if moving == moving.sorted() { return reshape(x, shape, scope: scope) }
    let node = nodes[x]
    switch node.primitive {
    case .permute(let inner):
      return permute(node.inputs[0], order.map { inner[$0] }, scope: scope)
    case .broadcast where nodes[node.inputs[0]].shape.count < node.shape.count:
      return broadcast(permute(node.inputs[0], order, scope: scope), shape, scope: scope)
    case .index(let axis):
      return add(.index(axis: order.firstIndex(of: axis)!), [], shape, scope: scope)
    case .unary, .binary, .select:
      // Made from random numbers, indices and constants alone: these can be made in any order.
      guard isMadeAnywhere(x) else { return add(.permute(order), [x], shape, scope: scope) }
      let inputs = node.inputs.map { permute($0, order, scope: scope) }
      return add(node.primitive, inputs, shape, scope: scope)
    default:
      return add(.permute(order), [x], shape, scope: scope)
    }
  }

  /// Whether a value depends on nothing in memory.
  private func isMadeAnywhere(_ x: Int) -> Bool {
    if constant(x) != nil { return true }
    switch nodes[x].primitive {
    case .random, .index: return true
    case .unary, .binary, .select: return nodes[x].inputs.allSatisfy(isMadeAnywhere)
    default: return false
    }
  }

  mutating func unary(_ function: Unary, _ x: Int, scope: Int) -> Int {
    add(.unary(function), [x], nodes[x].shape, scope: scope)
  }

  mutating func binary(_ function: Binary, _ a: Int, _ b: Int, scope: Int) -> Int {
    let shape = nodes[a].shape
    let (left, right) = (constant(a), constant(b))
    if let left, let right, let value = fold(function, left, right) {
      return constant(value, shape, scope: scope)
    }
    switch function {
    case .add:
      if left == 0 { return b }
      if right == 0 { return a }
      if case .unary(.negate) = nodes[b].primitive {
        return binary(.subtract, a, nodes[b].inputs[0], scope: scope)
      }
    case .subtract:
      if right == 0 { return a }
      if left == 0 { return unary(.negate, b, scope: scope) }
    case .multiply:
      if left == 1 { return b }
      if right == 1 { return a }
    case .divide:
      if right == 1 { return a }
      // Exact for powers of two, and a multiplication is several times cheaper.
      if let right, right.isNormal, right.significand == 1 {
        return binary(.multiply, a, constant(1 / right, shape, scope: scope), scope: scope)
      }
    case .power:
      if right == 1 { return a }
      if right == 2 { return binary(.multiply, a, a, scope: scope) }
      if right == 0.5 { return unary(.sqrt, a, scope: scope) }
    default: break
    }
    return add(.binary(function), [a, b], shape, scope: scope)
  }

  private func fold(_ function: Binary, _ a: Float, _ b: Float) -> Float? {
    switch function {
    case .add: a + b
    case .subtract: a - b
    case .multiply: a * b
    case .divide: a / b
    case .maximum: a.isNaN || b.isNaN ? nil : max(a, b)
    case .minimum: a.isNaN || b.isNaN ? nil : min(a, b)
    case .greater: a > b ? 1 : 0
    case .greaterOrEqual: a >= b ? 1 : 0
    case .less: a < b ? 1 : 0
    case .lessOrEqual: a <= b ? 1 : 0
    case .equal: a == b ? 1 : 0
    case .notEqual: a != b ? 1 : 0
    case .power: nil
    }
  }

  /// A reduction; axes that are not neighbours are brought to the front first, so that every reduction
  /// is over rows, over columns, or over a run of axes in the middle.
  mutating func reduce(_ kind: Reduction, _ x: Int, axes: [Int], scope: Int) -> Int {
    let shape = nodes[x].shape
    var kept = shape
    for axis in axes { kept[axis] = 1 }
    let real = axes.filter { shape[$0] > 1 }
    if real.isEmpty { return x }
    let between = (real.first!...real.last!).filter { !real.contains($0) && shape[$0] > 1 }
    if between.isEmpty { return add(.reduce(kind, axes: real), [x], kept, scope: scope) }
    let others = shape.dimensions.indices.filter { !real.contains($0) }
    let moved = permute(x, real + others, scope: scope)
    let result = reduce(kind, moved, axes: Array(0..<real.count), scope: scope)
    return reshape(result, kept, scope: scope)
  }

  mutating func matmul(
    _ a: Int, _ b: Int, transposeA: Bool, transposeB: Bool, _ precision: ProductPrecision,
    _ shape: Shape, scope: Int
  ) -> Int {
    let (left, flipA) = withoutTransposition(a)
    let (right, flipB) = withoutTransposition(b)
    return add(
      .matmul(
        transposeA: transposeA != flipA, transposeB: transposeB != flipB, precision: precision),
      [left, right], shape, scope: scope)
  }

  /// A transposed operand costs nothing: the product reads it the other way.
  private func withoutTransposition(_ x: Int) -> (Int, Bool) {
    if case .permute(let order) = nodes[x].primitive, order.count >= 2,
      order == Array(0..<order.count - 2) + [order.count - 1, order.count - 2]
    {
      return (nodes[x].inputs[0], true)
    }
    return (x, false)
  }
}
