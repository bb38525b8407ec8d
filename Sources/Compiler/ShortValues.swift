import EspalierProtocols

/// Values that lie in memory as bfloat16.
enum ShortValues {
  /// Values that bfloat16 holds exactly, and that are read by nothing but fused groups and products of bfloat16, which take 16 bits as well as
  /// 32.
  static func find(in program: Program, _ schedule: Schedule, _ views: [View]) -> Set<Int> {
    guard program.nodes.contains(where: { $0.primitive == .unary(.bfloat16) }) else { return [] }
    let exact = RoundedValues(program, views).exact
    var short = Set(
      program.nodes.indices.filter {
        exact[$0] && program.nodes[$0].primitive.isElementwise && program.nodes[$0].shape.count > 1
      })
    if short.isEmpty { return short }
    for node in program.outputs.map(\.node) + program.assignments.map(\.node) {
      short.remove(node)
      short.remove(views[node].source)
    }
    for unit in schedule.units {
      switch unit {
      case .group: continue
      case .single(let node), .maxPool(let node, _), .product(let node, _):
        let primitive = program.nodes[node].primitive
        for (place, operand) in program.nodes[node].inputs.enumerated()
        where !primitive.readsShort(place) {
          short.remove(views[operand].source)
        }
      }
    }
    return short
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
