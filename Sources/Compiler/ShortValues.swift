import EspalierProtocols

/// Values that lie in memory as bfloat16.
enum ShortValues {
  /// Values that bfloat16 holds exactly, and that are read by nothing but fused groups, products of bfloat16, and copies
  /// of such values, which take 16 bits as well as 32.
  static func find(in program: Program, _ schedule: Schedule, _ views: [View]) -> Set<Int> {
    guard program.nodes.contains(where: { $0.primitive == .unary(.bfloat16) }) else { return [] }
    let exact = RoundedValues(program, views).exact
    var short = Set(
      program.nodes.indices.filter {
        exact[$0] && program.nodes[$0].shape.count > 1
          && (program.nodes[$0].primitive.isElementwise || copiesPairs($0, program, views))
      })
    for node in program.outputs.map(\.node) + program.assignments.map(\.node) {
      short.remove(node)
      short.remove(views[node].source)
    }
    // A copy has as many bits as what it copies.
    var before = -1
    while before != short.count {
      before = short.count
      for unit in schedule.units {
        switch unit {
        case .group: continue
        case .single(let node), .maxPool(let node, _), .product(let node, _):
          let (primitive, inputs) = (program.nodes[node].primitive, program.nodes[node].inputs)
          let isCopy = short.contains(node) && !primitive.isElementwise
          if isCopy, short.contains(views[inputs[0]].source) { continue }
          if isCopy { short.remove(node) }
          for (place, operand) in inputs.enumerated() where !primitive.readsShort(place) {
            short.remove(views[operand].source)
          }
        }
      }
    }
    return short
  }

  /// Whether a copy moves pairs of neighbours together, as floats: the last axis stays last, and begins and ends evenly.
  private static func copiesPairs(_ number: Int, _ program: Program, _ views: [View]) -> Bool {
    let node = program.nodes[number]
    guard let operand = node.inputs.first, let last = node.shape.dimensions.last, last % 2 == 0
    else { return false }
    let shape = program.nodes[operand].shape
    guard views[operand].isContiguous(shape), views[operand].offset % 2 == 0 else { return false }
    switch node.primitive {
    case .permute(let order): return order.last == order.count - 1
    case .slice(let starts, let steps):
      return starts.last! % 2 == 0 && steps.last! == 1 && shape.last % 2 == 0
    default: return false
    }
  }
}

extension Primitive {
  /// Whether an operand may lie in 16 bits: those of products of bfloat16, but for filters.
  fileprivate func readsShort(_ operand: Int) -> Bool {
    switch self {
    case .matmul(_, _, let precision): precision == .bfloat16
    case .convolution(let window), .convolutionInputGradient(let window):
      window.precision == .bfloat16 && operand == 0
    case .convolutionFilterGradient(let window): window.precision == .bfloat16
    default: false
    }
  }
}
