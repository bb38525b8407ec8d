import EspalierProtocols

/// What is known about values of a program in which some are rounded to bfloat16; nothing in others.
struct RoundedValues {
  /// Values that bfloat16 holds exactly.
  private(set) var exact: [Bool]
  /// Element-wise values that each group makes again from exact values that are in memory, 2 bytes an element each:
  /// to store what lies between would take 4, and be read as often.
  private(set) var remade: Set<Int> = []

  /// So many exact values, and so many operations, make a value again.
  private static let mostSources = 2
  private static let mostOperations = 8
  /// An operand with so few elements for each of the result costs nothing.
  private static let small = 8

  /// From which exact values a value is made, and by which nodes.
  private struct Making {
    var sources: Set<Int> = []
    var nodes: Set<Int>
  }

  init(_ program: Program, _ views: [View]) {
    exact = program.nodes.map { _ in false }
    guard program.nodes.contains(where: { $0.primitive == .unary(.bfloat16) }) else { return }
    for number in program.nodes.indices { exact[number] = isExact(number, program, views) }
    let stored = Self.stored(in: program, views)
    var made: [Int: Making] = [:]
    for number in program.nodes.indices where !stored.contains(number) {
      guard let found = making(number, made, program, views) else { continue }
      // Two exact values that make one are better read as that one; masks are made again always.
      if exact[number], found.sources.count > 1, !isMask(number, program) { continue }
      made[number] = found
      remade.insert(number)
    }
  }

  /// Values that lie in memory anyway, for readers that do not go through them element for element.
  private static func stored(in program: Program, _ views: [View]) -> Set<Int> {
    var result = Set(
      (program.outputs.map(\.node) + program.assignments.map(\.node)).map { views[$0].source })
    for (number, node) in program.nodes.enumerated() where views[number].source == number {
      for operand in node.inputs {
        let (view, shape) = (views[operand], program.nodes[operand].shape)
        if !view.isContiguous(shape) || program.nodes[view.source].shape.count != shape.count
          || !node.primitive.goesThrough(shape)
        {
          result.insert(view.source)
        }
      }
    }
    return result
  }

  private func isMask(_ number: Int, _ program: Program) -> Bool {
    program.nodes[number].primitive.isComparison
      && program.nodes[number].inputs.contains { program.constant($0) != nil }
  }

  private func isExact(_ number: Int, _ program: Program, _ views: [View]) -> Bool {
    let node = program.nodes[number]
    func isTruth(_ operand: Int) -> Bool {
      let source = program.nodes[views[operand].source].primitive
      return source == .unary(.isFinite) || source.isComparison
    }
    let inputs = node.inputs
    switch node.primitive {
    case .constant(let value): return ProductPrecision.bfloat16.rounded(value) == value
    case .unary(.bfloat16), .unary(.isFinite): return true
    case .unary(.negate), .unary(.absolute), .unary(.sign): return exact[inputs[0]]
    case .binary(.maximum), .binary(.minimum): return exact[inputs[0]] && exact[inputs[1]]
    case .binary(.multiply):
      return exact[inputs[0]] && isTruth(inputs[1]) || exact[inputs[1]] && isTruth(inputs[0])
    case .binary: return node.primitive.isComparison
    case .select: return exact[inputs[1]] && exact[inputs[2]]
    case .reshape, .broadcast, .permute, .slice, .stopGradient: return exact[inputs[0]]
    default: return false
    }
  }

  /// How few exact values make a value, with few operations; `nil` if they do not.
  private func making(
    _ number: Int, _ made: [Int: Making], _ program: Program, _ views: [View]
  ) -> Making? {
    let node = program.nodes[number]
    guard node.primitive.isCheap, node.shape.count > 1 else { return nil }
    var result = Making(nodes: [number])
    for operand in node.inputs where program.constant(operand) == nil {
      let view = views[operand]
      let source = program.nodes[view.source]
      switch source.primitive {
      case .random, .index, .permute: return nil
      default: break
      }
      if source.shape.count * Self.small <= node.shape.count { continue }
      guard view.offset == 0, view.isContiguous(program.nodes[operand].shape),
        source.shape.count == node.shape.count
      else { return nil }
      if let known = made[view.source] {
        result.sources.formUnion(known.sources)
        result.nodes.formUnion(known.nodes)
      } else if exact[view.source], source.primitive.isElementwise, !isMask(view.source, program) {
        result.sources.insert(view.source)
      } else {
        return nil
      }
    }
    guard (1...Self.mostSources).contains(result.sources.count),
      result.nodes.count <= Self.mostOperations
    else { return nil }
    return result
  }
}

extension Primitive {
  /// Whether it reads operands of a shape within fused groups.
  fileprivate func goesThrough(_ shape: Shape) -> Bool {
    switch self {
    case .unary, .binary, .select: return true
    case .reduce(_, let axes):
      let real = shape.dimensions.indices.filter { shape[$0] > 1 }
      let reduced = real.filter { axes.contains($0) }
      return reduced == Array(real.prefix(reduced.count))
        || reduced == Array(real.suffix(reduced.count))
    default: return false
    }
  }

  /// Whether values of it are computed in fused groups.
  var isElementwise: Bool {
    switch self {
    case .unary, .binary, .select: true
    default: false
    }
  }

  fileprivate var isComparison: Bool {
    guard case .binary(let function) = self else { return false }
    switch function {
    case .greater, .greaterOrEqual, .less, .lessOrEqual, .equal, .notEqual: return true
    default: return false
    }
  }

  /// Whether it is an instruction or two.
  fileprivate var isCheap: Bool {
    switch self {
    case .unary(.negate), .unary(.absolute), .select: true
    case .binary(let function): function != .divide && function != .power
    default: false
    }
  }
}
