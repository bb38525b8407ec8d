import EspalierProtocols

/// Whether, and how, nodes fit into one pass.
extension Fusion {
  /// Longest row that is reduced within a pass.
  static let longestRow = 16_384

  /// How a reduction runs, by its axes; `nil` for a run of axes in the middle.
  func extent(of node: Int, _ axes: [Int]) -> FusedGroup.Extent? {
    let shape = program.nodes[program.nodes[node].inputs[0]].shape
    let real = shape.dimensions.indices.filter { shape[$0] > 1 }
    let reduced = real.filter { axes.contains($0) }
    if reduced.count == real.count { return .all }
    if reduced == Array(real.suffix(reduced.count)) {
      return reduced.reduce(1) { $0 * shape[$1] } <= Self.longestRow ? .row : nil
    }
    if reduced == Array(real.prefix(reduced.count)) {
      // Only sums are accumulated by column.
      if case .reduce(.sum, _) = program.nodes[node].primitive { return .column }
    }
    return nil
  }

  /// The group with one more node, if it can run in the same pass.
  func joining(_ number: Int, to group: Group, id: Int) -> Group? {
    var group = group
    let node = program.nodes[number]
    var innerOfOperands: Int
    var innerOfResult: Int
    let size = program.nodes[spaceNode(of: number)].shape.count
    if size == group.count {
      innerOfOperands = 1
    } else if let columns = group.columns, columns > 1, size * columns == group.count {
      innerOfOperands = columns
    } else {
      return nil
    }
    innerOfResult = innerOfOperands
    if case .reduce(_, let axes) = node.primitive {
      guard var extent = extent(of: number, axes) else { return nil }
      let reduced = axes.reduce(1) { $0 * program.nodes[node.inputs[0]].shape[$1] }
      switch extent {
      case .row:
        guard innerOfOperands == 1, group.columns == nil || group.columns == reduced else {
          return nil
        }
        group.columns = reduced
        innerOfResult = reduced
      case .column:
        guard innerOfOperands == 1, group.columns == nil || group.columns == size / reduced,
          !isEpilogue(group, [id])
        else { return nil }
        group.columns = size / reduced
      case .all, .rows:
        guard !isEpilogue(group, [id]) else { return nil }
        if innerOfOperands > 1 {
          guard case .reduce(.sum, _) = node.primitive else { return nil }
          extent = .rows
        }
      }
      group.reductions[number] = extent
    }
    let dimensions = program.nodes[spaceNode(of: number)].shape.dimensions
    guard group.space.refine(by: dimensions, inner: innerOfOperands) else { return nil }
    group.inner[number] = innerOfResult
    group.members.append(number)
    group.members.sort()
    guard fits(node.inputs, of: number, inner: innerOfOperands, in: group, ids: [id]),
      finalized(group) != nil
    else { return nil }
    return group
  }

  /// Two groups as one.
  func joined(_ a: Group, _ b: Group, ids: [Int]) -> Group? {
    guard a.count == b.count, a.columns == nil || b.columns == nil || a.columns == b.columns else {
      return nil
    }
    var group = a
    group.columns = a.columns ?? b.columns
    group.inner.merge(b.inner) { first, _ in first }
    group.members = (a.members + b.members).sorted()
    group.reductions.merge(b.reductions) { first, _ in first }
    if !group.reductions.isEmpty, isEpilogue(a, [ids[0]]) || isEpilogue(b, [ids[1]]) { return nil }
    guard group.space.refine(by: b.space.extents, inner: 1) else { return nil }
    // Nothing outside may stand between the two.
    for (from, to) in [(ids[0], ids[1]), (ids[1], ids[0])] {
      for step in waits[from] ?? [] where step != to && reaches(step, to) { return nil }
    }
    for member in group.members {
      guard
        fits(
          program.nodes[member].inputs, of: member, inner: operandInner(member, group), in: group,
          ids: ids)
      else { return nil }
    }
    return finalized(group) == nil ? nil : group
  }

  /// How much of the space an element of a member's operands covers.
  func operandInner(_ member: Int, _ group: Group) -> Int {
    switch group.reductions[member] {
    case nil: group.inner[member]!
    case .rows: group.columns!
    default: 1
    }
  }

  /// Whether each operand is at hand: computed in the group in step with its reader, or in memory and
  /// not waiting for the group itself.
  private func fits(_ operands: [Int], of member: Int, inner: Int, in group: Group, ids: [Int])
    -> Bool
  {
    for operand in operands where constant(operand) == nil {
      let source = views[operand].source
      if group.inner[source] == nil, isRemade(source), unit[source] == nil {
        // Made here from its own operand, in step with it.
        guard views[operand].isContiguous(program.nodes[operand].shape),
          program.nodes[operand].shape.count == program.nodes[source].shape.count,
          fits(program.nodes[source].inputs, of: member, inner: inner, in: group, ids: ids)
        else { return false }
        continue
      }
      if group.inner[source] != nil {
        guard group.isRegister(source), standsFor(operand, source, inner: inner, in: group) else {
          return false
        }
        continue
      }
      for value in sources(operand) {
        // A number may be made from a value of this very group: that one is not complete in time.
        if group.inner[value] != nil { return false }
        if let other = unit[value], ids.contains(where: { reaches(other, $0) }) { return false }
      }
      guard strides(operand, inner: inner, in: group) != nil else { return false }
    }
    return true
  }

  /// Whether an operand is, element for element, the value that the group computes at that place.
  func standsFor(_ operand: Int, _ source: Int, inner: Int, in group: Group) -> Bool {
    guard views[operand].offset == 0, let seen = strides(operand, inner: inner, in: group),
      let computed = group.space.rowMajor(inner: group.inner[source]!)
    else { return false }
    return seen == computed
  }

  /// An operand's strides over the group's space.
  func strides(_ operand: Int, inner: Int, in group: Group) -> [Int]? {
    let shape = program.nodes[operand].shape
    return group.space.strides(
      of: shape.dimensions, views[operand].strides, inner: shape.count == 1 ? 1 : inner)
  }

  /// Whether the group could run on the blocks of a product's result as they are finished.
  ///
  /// It cannot where it waits for something that takes the whole product, such as the mean of its columns.
  func isEpilogue(_ group: Group, _ ids: [Int]) -> Bool {
    guard group.reductions.isEmpty, let product = product(for: group), let made = unit[product]
    else { return false }
    return !ids.contains { id in
      (waits[id] ?? []).contains { $0 != made && reaches($0, made) }
    }
  }

  /// A product whose result the group reads element for element.
  func product(for group: Group) -> Int? {
    for member in group.members {
      for operand in program.nodes[member].inputs where group.inner[member] == 1 {
        let source = views[operand].source
        guard group.inner[source] == nil, isProduct(source),
          program.nodes[source].shape.count == group.count,
          views[operand].isContiguous(program.nodes[operand].shape), views[operand].offset == 0
        else { continue }
        return source
      }
    }
    return nil
  }

  /// Products whose kernels hand out finished blocks.
  func isProduct(_ node: Int) -> Bool {
    switch program.nodes[node].primitive {
    case .matmul(_, _, let precision):
      program.nodes[node].shape.rank == 2 || precision == .bfloat16
    case .convolution(let window): window.groups == 1
    default: false
    }
  }
}
