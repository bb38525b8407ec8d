import EspalierProtocols

/// Which values are made again where they are read, in place of being kept.
///
/// A pass over memory costs more than additions and multiplications on its way. Of 1 - y², which a gradient needs,
/// only y has to be kept, if something else keeps it anyway.
extension Fusion {
  /// The most nodes between a value that is made again and what it is made from.
  private static let mostSteps = 4

  /// How a value is made again.
  private struct Remade {
    /// The value, and those on the way to it that are not kept either.
    var nodes: Set<Int>
    /// The operands that come from memory.
    var leaves: Set<Int>
  }

  /// Has groups make again what is cheap and would be kept for them alone.
  mutating func recompute() {
    for value in program.nodes.indices { recompute(value) }
    for id in groups.keys { prune(id) }
  }

  private mutating func recompute(_ value: Int) {
    guard let id = unit[value], let group = groups[id], group.inner[value] == 1,
      program.nodes[value].shape.count == group.count, group.count > 1,
      isCheap(value), !kept.contains(value)
    else { return }
    let outside = readers[value].filter { group.inner[$0] == nil }
    guard !outside.isEmpty, outside.allSatisfy({ reads(value, at: $0, count: group.count) }),
      let remade = remaking(value, in: group)
    else { return }
    let consumers = Set(outside.map { unit[$0]! })
    let whole = remade.leaves.filter { program.nodes[$0].shape.count == group.count }
    for consumer in consumers {
      // Then it reads no more than before.
      let added = whole.filter { leaf in
        !readers[leaf].contains { groups[consumer]!.inner[$0] != nil }
      }
      guard added.count <= 1 else { return }
    }

    let before = (readers, self.remade)
    self.remade.formUnion(remade.nodes)
    readers[value].removeAll { outside.contains($0) }
    for leaf in remade.leaves { readers[leaf] += outside }
    if consumers.contains(where: { finalized(groups[$0]!) == nil }) {
      (readers, self.remade) = before
    }
  }

  /// Whether a node is in a group of this many elements and reads the value element for element.
  private func reads(_ value: Int, at reader: Int, count: Int) -> Bool {
    guard let id = unit[reader], let group = groups[id], group.count == count,
      group.inner[reader] == 1 || group.reductions[reader] != nil
    else { return false }
    return program.nodes[reader].inputs.allSatisfy { operand in
      guard views[operand].source == value else { return true }
      return views[operand].isContiguous(program.nodes[operand].shape) && views[operand].offset == 0
        && program.nodes[operand].shape.count == count
    }
  }

  private func isCheap(_ node: Int) -> Bool {
    switch program.nodes[node].primitive {
    case .unary(.negate), .unary(.absolute), .select: true
    case .binary(let function):
      switch function {
      case .divide, .power: false
      default: true
      }
    default: false
    }
  }

  /// `nil`: it takes too much, or something that is not in memory.
  private func remaking(_ value: Int, in group: Group) -> Remade? {
    var result = Remade(nodes: [], leaves: [])
    func visit(_ node: Int) -> Bool {
      guard result.nodes.insert(node).inserted else { return true }
      guard result.nodes.count <= Self.mostSteps else { return false }
      for operand in program.nodes[node].inputs where constant(operand) == nil {
        let source = views[operand].source
        if isPulled(operand) || isPulled(source) || isRepeated(source) { return false }
        if group.inner[source] == nil ? !remade.contains(source) : isWritten(source, group) {
          result.leaves.insert(source)
          continue
        }
        guard source == operand, isCheap(source),
          group.inner[source] == nil || group.inner[source] == 1,
          program.nodes[source].shape.count == group.count, visit(source)
        else { return false }
      }
      return true
    }
    return visit(value) ? result : nil
  }

  /// Leaves out what nobody needs any more.
  private mutating func prune(_ id: Int) {
    guard var group = groups[id], !remade.isDisjoint(with: group.members) else { return }
    var needed: Set<Int> = []
    for member in group.members.reversed()
    where needed.contains(member) || isWritten(member, group) {
      needed.insert(member)
      needed.formUnion(program.nodes[member].inputs.map { views[$0].source })
    }
    for member in group.members where !needed.contains(member) { group.inner[member] = nil }
    group.members.removeAll { !needed.contains($0) }
    groups[id] = group.members.isEmpty ? nil : group
    for node in unit.indices where unit[node] == id && !needed.contains(node) { unit[node] = nil }
  }
}
