import EspalierProtocols

/// Turns formed groups into the plan's terms.
extension Fusion {
  func finished() -> [Unit] {
    var result: [Unit] = []
    var byUnit: [Int: Int] = [:]
    for (node, id) in unit.enumerated() {
      guard let id else { continue }
      if let known = byUnit[id] {
        if case .maxPoolTap = program.nodes[node].primitive, case .single(let pool) = result[known]
        {
          result[known] = .maxPool(pool, taps: node)
        }
        continue
      }
      byUnit[id] = result.count
      if let group = groups[id] {
        result.append(.group(finalized(group)!))
      } else {
        result.append(.single(node))
      }
    }
    return withEpilogues(result, byUnit)
  }

  /// Has products run their group on each block of the result while it is in cache.
  private func withEpilogues(_ units: [Unit], _ byUnit: [Int: Int]) -> [Unit] {
    var result: [Unit?] = units
    for (id, group) in groups.sorted(by: { $0.key < $1.key }) {
      guard group.reductions.isEmpty, group.columns == nil, let product = product(for: group),
        let productUnit = unit[product], case .single? = result[byUnit[productUnit]!],
        !(waits[id] ?? []).contains(where: { $0 != productUnit && reaches($0, productUnit) })
      else { continue }
      var shaped = group
      shaped.columns = program.nodes[product].shape.last
      guard shaped.space.refine(by: program.nodes[product].shape.dimensions, inner: 1),
        let finished = finalized(shaped), readsFinished(finished, of: product)
      else { continue }
      result[byUnit[productUnit]!] = nil
      result[byUnit[id]!] = .product(product, finished)
    }
    return result.compactMap { $0 }
  }

  /// Whether a group reads a product's result in step with the blocks, no part of it that another block brings.
  private func readsFinished(_ group: FusedGroup, of product: Int) -> Bool {
    let steps = [group.space[1] * group.space[2], group.space[2], 1]
    return group.reads.allSatisfy { read in
      read.source != product
        || read.offset == 0
          && (0..<3).allSatisfy { group.space[$0] == 1 || read.strides[$0] == steps[$0] }
    }
  }

  /// A group with its space collapsed to three axes; `nil` when that is not possible.
  func finalized(_ group: Group) -> FusedGroup? {
    var reads: [(value: Int, source: Int, offset: Int, strides: [Int])] = []
    var aliases: [Int: Int] = [:]
    var pulled: [Int] = []
    var repeated: [Int] = []
    var seen: Set<Int> = []

    func visit(_ operand: Int, inner: Int) -> Bool {
      if constant(operand) != nil { return true }
      let source = views[operand].source
      if group.inner[source] != nil {
        if operand != source { aliases[operand] = source }
        return true
      }
      guard seen.insert(operand).inserted else { return true }
      if isPulled(source) {
        // Each reader makes them for itself, so they have no memory that a view could be read from.
        guard views[operand].isContiguous(program.nodes[operand].shape),
          program.nodes[source].shape.count == program.nodes[operand].shape.count
        else { return false }
        if source != operand { aliases[operand] = source }
        if source == operand || seen.insert(source).inserted { pulled.append(source) }
        return true
      }
      if isRepeated(source) || remade.contains(source),
        isNumber(source) || views[operand].isContiguous(program.nodes[operand].shape)
      {
        if source != operand { aliases[operand] = source }
        if source == operand || seen.insert(source).inserted {
          for input in program.nodes[source].inputs {
            guard visit(input, inner: inner) else { return false }
          }
          repeated.append(source)
        }
        return true
      }
      return readFromMemory(operand, inner: inner)
    }
    func readFromMemory(_ operand: Int, inner: Int) -> Bool {
      guard let strides = strides(operand, inner: inner, in: group) else { return false }
      reads.append((operand, views[operand].source, views[operand].offset, strides))
      return true
    }
    for member in group.members {
      for operand in program.nodes[member].inputs {
        guard visit(operand, inner: operandInner(member, group)) else { return nil }
      }
    }

    // Numbering of random elements and counted axes are strides too, which the collapsed axes must keep.
    var lists = reads.map(\.strides)
    for node in pulled {
      guard let list = pulledStrides(node, in: group) else { return nil }
      lists.append(list)
    }
    var writes: [Int] = []
    for member in group.members where isWritten(member, group) {
      writes.append(member)
      if group.reductions[member] == nil || group.reductions[member] == .row {
        guard let list = group.space.rowMajor(inner: group.inner[member]!) else { return nil }
        lists.append(list)
      }
    }
    guard let (space, strides) = group.space.collapsed(lists, edge: group.edge) else { return nil }

    var next = strides.makeIterator()
    let readAccesses = reads.map {
      FusedGroup.Access(
        value: $0.value, source: $0.source, offset: $0.offset, strides: next.next()!)
    }
    var numbering: [Int: [Int]] = [:]
    var counted: [Int: Int] = [:]
    for node in pulled {
      let list = next.next()!
      if case .index = program.nodes[node].primitive {
        let axes = (0..<3).filter { list[$0] != 0 && space[$0] > 1 }
        guard axes.count <= 1, axes.allSatisfy({ list[$0] == 1 }) else { return nil }
        counted[node] = axes.first ?? (0..<3).first { space[$0] == 1 } ?? 3
        if counted[node] == 3 { return nil }
      } else {
        numbering[node] = list
      }
    }
    let writeAccesses = writes.map { node in
      let strides: [Int]
      switch group.reductions[node] {
      case nil, .row: strides = next.next()!
      case .column: strides = [0, 0, 1]
      case .all, .rows: strides = [0, 0, 0]
      }
      return FusedGroup.Access(value: node, source: node, offset: 0, strides: strides)
    }
    return FusedGroup(
      space: space, nodes: (pulled + repeated + group.members).sorted(), reads: readAccesses,
      writes: writeAccesses, reductions: group.reductions, aliases: aliases, numbering: numbering,
      counted: counted)
  }

  /// Strides, over the group's space, of the numbering of a random node's elements or of an index.
  private func pulledStrides(_ node: Int, in group: Group) -> [Int]? {
    let shape = program.nodes[node].shape
    // A single number is the same everywhere.
    if shape.count == 1 { return group.space.extents.map { _ in 0 } }
    guard shape.count > 0, group.count % shape.count == 0 else { return nil }
    let inner = group.count / shape.count
    guard inner == 1 || inner == group.columns else { return nil }
    var strides: [Int]
    switch program.nodes[node].primitive {
    case .index(let axis):
      strides = [Int](repeating: 0, count: shape.rank)
      strides[axis] = 1
    case .permute(let order):
      let original = program.nodes[program.nodes[node].inputs[0]].shape.strides
      strides = order.map { original[$0] }
    default: strides = shape.strides
    }
    return group.space.strides(of: shape.dimensions, strides, inner: inner)
  }

  /// Whether a member's value is needed in memory: by another unit, as an output, or after the run.
  func isWritten(_ node: Int, _ group: Group) -> Bool {
    if let extent = group.reductions[node], extent != .row { return true }
    return readers[node].contains { group.inner[$0] == nil } || kept.contains(node)
  }
}
