import EspalierProtocols

/// The order in which units run.
struct Schedule {
  var units: [Unit]
  /// Assignments whose value is computed straight into the variable.
  var inPlace: Set<Int>
}

enum Scheduler {
  /// Orders units so that each follows what it reads, as near as can be to the recorded order.
  ///
  /// A value that is assigned to a variable is written straight into it where everything that reads the
  /// old value can run before.
  static func order(_ units: [Unit], in program: Program, earlyFrom size: Int) -> Schedule {
    let views = program.nodes.indices.map { View.of($0, in: program) }
    var home: [Int: Int] = [:]
    for (index, unit) in units.enumerated() {
      for node in unit.results where home[node] == nil || isWritten(node, by: unit) {
        home[node] = index
      }
    }
    let reads = units.map { Set(self.reads(of: $0, in: program, views)) }
    var waits: [Set<Int>] = units.indices.map { index in
      Set(reads[index].compactMap { home[$0] }.filter { $0 != index })
    }

    var inPlace: Set<Int> = []
    for (number, assignment) in program.assignments.enumerated() {
      guard let writer = home[assignment.node], views[assignment.node].source == assignment.node,
        !inPlace.contains(where: { program.assignments[$0].node == assignment.node })
      else { continue }
      let root = program.root(of: assignment.variable)
      let readers = units.indices.filter { index in
        reads[index].contains { node in
          if case .variable(let id) = program.nodes[node].primitive {
            return program.root(of: id) == root
          }
          return false
        }
      }
      guard
        !program.outputs.contains(where: { output in
          if case .variable(let id) = program.nodes[views[output.node].source].primitive {
            return program.root(of: id) == root
          }
          return false
        }),
        !readers.contains(writer) || updatesInPlace(units[writer], assignment, program)
      else { continue }
      let others = readers.filter { $0 != writer }
      guard !others.contains(where: { reaches($0, writer, waits) }) else { continue }
      waits[writer].formUnion(others)
      inPlace.insert(number)
    }

    var result: [Int] = []
    var state = [UInt8](repeating: 0, count: units.count)
    // Depth first in recorded order: a unit runs as late as its first reader allows.
    func visit(_ index: Int) {
      guard state[index] == 0 else { return }
      state[index] = 1
      for other in waits[index].sorted(by: { last(units[$0]) < last(units[$1]) }) { visit(other) }
      result.append(index)
    }
    for index in units.indices.sorted(by: { last(units[$0]) < last(units[$1]) }) { visit(index) }
    let updates = EarlyUpdates(units, waits, inPlace, program, from: size)
    return Schedule(units: updates.order(result).map { units[$0] }, inPlace: inPlace)
  }

  private static func last(_ unit: Unit) -> Int { unit.results.max() ?? 0 }

  static func isWritten(_ node: Int, by unit: Unit) -> Bool {
    switch unit {
    case .single, .maxPool: true
    case .group(let group): group.writes.contains { $0.value == node }
    case .product(let product, let group):
      node == product || group.writes.contains { $0.value == node }
    }
  }

  /// Nodes whose memory a unit reads.
  static func reads(of unit: Unit, in program: Program, _ views: [View]) -> [Int] {
    switch unit {
    case .single(let node), .maxPool(let node, _): operands(of: node, in: program, views)
    case .group(let group): group.reads.map(\.source)
    case .product(let node, let group):
      operands(of: node, in: program, views) + group.reads.map(\.source).filter { $0 != node }
    }
  }

  /// What a node on its own reads: its inputs where they lie contiguously, else copies of them.
  static func operands(of node: Int, in program: Program, _ views: [View]) -> [Int] {
    program.nodes[node].inputs.map { operand in
      let view = views[operand]
      return view.isContiguous(program.nodes[operand].shape) ? view.source : operand
    }
  }

  private static func updatesInPlace(
    _ unit: Unit, _ assignment: Program.Assignment, _ program: Program
  ) -> Bool {
    guard case .group(let group) = unit,
      let write = group.writes.first(where: { $0.value == assignment.node })
    else { return false }
    let root = program.root(of: assignment.variable)
    return group.reads.allSatisfy { read in
      guard case .variable(let id) = program.nodes[read.source].primitive,
        program.root(of: id) == root
      else { return true }
      return id == assignment.variable && read.offset == 0 && read.strides == write.strides
    }
  }

  private static func reaches(_ from: Int, _ target: Int, _ waits: [Set<Int>]) -> Bool {
    var seen: Set<Int> = [from]
    var open = [from]
    while let next = open.popLast() {
      if next == target { return true }
      for further in waits[next] where seen.insert(further).inserted { open.append(further) }
    }
    return false
  }
}

extension Program {
  /// The variable that owns the memory: the flat one for a member.
  func root(of variable: Int) -> Int { variables[variable].base?.variable ?? variable }
}
