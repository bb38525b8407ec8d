import EspalierProtocols

/// What runs as one: a node on its own, or a group.
enum Unit {
  case single(Int)
  case group(FusedGroup)
  case product(Int, FusedGroup)
  case maxPool(Int, taps: Int)

  /// The nodes whose values it computes.
  var results: [Int] {
    switch self {
    case .single(let node): [node]
    case .group(let group): group.nodes
    case .product(let node, let group): [node] + group.nodes
    case .maxPool(let node, let taps): [node, taps]
    }
  }
}

/// Decides which nodes run in one pass over memory.
///
/// Nodes are taken in order. Each joins the group of one of its operands if that can hold it (see
/// `Joining`), merges the groups of several, or starts a group of its own. Numbers (a rate, a bias
/// correction) are computed again in every group that needs them.
struct Fusion {
  let program: Program
  let views: [View]
  private let rounded: RoundedValues
  /// Which group, or single node, computes a node.
  var unit: [Int?]
  var groups: [Int: Group] = [:]
  /// For each unit the units that it waits for.
  var waits: [Int: Set<Int>] = [:]
  private var reachability: Reachability
  private var unitCount = 0
  /// For each value the nodes that read its memory, once all groups are formed.
  var readers: [[Int]]
  /// Values that must be there after the run.
  private(set) var kept: Set<Int> = []
  /// Members of groups that other groups make again for themselves.
  var remade: Set<Int> = []

  init(_ program: Program) {
    self.program = program
    views = program.nodes.indices.map { View.of($0, in: program) }
    rounded = RoundedValues(program, views)
    unit = program.nodes.map { _ in nil }
    // Each unit begins with a node that no other one began with.
    reachability = Reachability(limit: program.nodes.count)
    readers = program.nodes.map { _ in [] }
  }

  func units() -> [Unit] {
    var copy = self
    copy.form()
    copy.findReaders()
    copy.recompute()
    return copy.finished()
  }

  // MARK: Kinds of nodes

  func constant(_ node: Int) -> Float? { program.constant(node) }

  /// Values that every group computes for itself where it needs them: random numbers and indices.
  func isPulled(_ node: Int) -> Bool {
    switch program.nodes[node].primitive {
    case .index, .random: return true
    case .permute:
      if case .random = program.nodes[program.nodes[node].inputs[0]].primitive { return true }
      return false
    default: return false
    }
  }

  /// A number computed from numbers alone.
  func isNumber(_ node: Int) -> Bool {
    guard program.nodes[node].shape.count == 1 else { return false }
    switch program.nodes[node].primitive {
    case .unary, .binary, .select: return true
    default: return false
    }
  }

  /// A comparison with a number: cheaper made again from its operand than kept, since whoever needs it
  /// reads one tensor either way.
  func isMask(_ node: Int) -> Bool {
    guard case .binary(let function) = program.nodes[node].primitive else { return false }
    switch function {
    case .greater, .greaterOrEqual, .less, .lessOrEqual, .equal, .notEqual:
      let inputs = program.nodes[node].inputs
      return program.nodes[node].shape.count > 1
        && (constant(inputs[0]) != nil) != (constant(inputs[1]) != nil)
        && inputs.allSatisfy { constant($0) != nil || !isPulled(views[$0].source) }
    default: return false
    }
  }

  /// A value of many elements that is made again from its operands.
  func isRemade(_ node: Int) -> Bool { rounded.remade.contains(node) || isMask(node) }

  /// Whether a node is computed by each group that needs it.
  func isRepeated(_ node: Int) -> Bool { isNumber(node) || isRemade(node) }

  func isView(_ node: Int) -> Bool { views[node].source != node }

  // MARK: Forming

  private mutating func form() {
    for number in program.nodes.indices {
      let node = program.nodes[number]
      switch node.primitive {
      case .constant, .input, .variable: continue
      case _ where isPulled(number) || isView(number) || isRepeated(number): continue
      case .unary, .binary, .select: place(number)
      case .reduce(_, let axes):
        if extent(of: number, axes) == nil { single(number) } else { place(number) }
      case .maxPoolTap(let window):
        // The pool itself finds the taps on its way.
        let pool = program.nodes.firstIndex {
          $0.primitive == .maxPool(window) && $0.inputs == node.inputs
        }
        if let pool, pool < number, let id = unit[pool], groups[id] == nil {
          unit[number] = id
        } else {
          single(number)
        }
      default: single(number)
      }
    }
    demandStragglers()
  }

  private mutating func newUnit() -> Int {
    unitCount += 1
    return unitCount - 1
  }

  mutating func single(_ node: Int) {
    guard unit[node] == nil else { return }
    let id = newUnit()
    unit[node] = id
    wait(id, for: program.nodes[node].inputs.flatMap(sources).compactMap { unit[$0] })
  }

  private mutating func place(_ node: Int) {
    var home: Int?
    for candidate in candidates(node) {
      if let current = home {
        if let merged = joined(groups[current]!, groups[candidate]!, ids: [current, candidate]) {
          absorb(candidate, into: current, merged)
        }
      } else if let grown = joining(node, to: groups[candidate]!, id: candidate) {
        groups[candidate] = grown
        settle(node, in: candidate)
        home = candidate
      }
    }
    if home == nil {
      let id = newUnit()
      let shape = program.nodes[spaceNode(of: node)].shape
      guard let group = joining(node, to: Group(shape), id: id) else {
        unitCount -= 1
        single(node)
        return
      }
      groups[id] = group
      settle(node, in: id)
    }
  }

  /// The node whose shape is the iteration space: a reduction runs over its operand.
  func spaceNode(of node: Int) -> Int {
    if case .reduce = program.nodes[node].primitive { return program.nodes[node].inputs[0] }
    return node
  }

  private mutating func settle(_ node: Int, in id: Int) {
    unit[node] = id
    let needed = program.nodes[node].inputs.flatMap(sources).compactMap { unit[$0] }
    wait(id, for: needed.filter { $0 != id })
  }

  private mutating func wait(_ id: Int, for others: [Int]) {
    waits[id, default: []].formUnion(others)
    for other in others { reachability.add(id, waitsFor: other) }
  }

  private mutating func absorb(_ other: Int, into id: Int, _ merged: Group) {
    for node in groups[other]!.members { unit[node] = id }
    groups[other] = nil
    groups[id] = merged
    let inherited = waits.removeValue(forKey: other) ?? []
    waits[id, default: []].formUnion(inherited)
    for key in waits.keys where waits[key]!.contains(other) {
      waits[key]!.remove(other)
      waits[key]!.insert(id)
    }
    waits[id]!.remove(id)
    reachability.merge(other, into: id)
  }

  /// Groups of the operands, the youngest first.
  private func candidates(_ node: Int) -> [Int] {
    var seen: [Int] = []
    for source in program.nodes[node].inputs.flatMap(sources) {
      if let id = unit[source], groups[id] != nil, !seen.contains(id) { seen.append(id) }
    }
    return seen.sorted(by: >)
  }

  /// The values in memory, or in a group, that an operand is made of: itself, what it is a view of, and
  /// for numbers what they are computed from.
  func sources(_ operand: Int) -> [Int] {
    if constant(operand) != nil || isPulled(operand) { return [] }
    let source = views[operand].source
    if isPulled(source) { return [] }
    if isRepeated(source) && unit[source] == nil {
      return program.nodes[source].inputs.flatMap(sources)
    }
    return [source]
  }

  /// Whether a unit waits, over any number of others, for another.
  func reaches(_ from: Int, _ target: Int) -> Bool { reachability.reaches(from, target) }

  /// Nodes without a unit that something outside of groups needs in memory: views that do not lie
  /// contiguously, numbers, random numbers on their own.
  private mutating func demandStragglers() {
    var needed: [Int] = []
    for (number, node) in program.nodes.enumerated() {
      if let id = unit[number], groups[id] == nil { needed += node.inputs }
    }
    needed += program.outputs.map(\.node) + program.assignments.map(\.node)
    for operand in needed { demand(operand) }
  }

  private mutating func findReaders() {
    for (number, node) in program.nodes.enumerated() where unit[number] != nil || isRepeated(number)
    {
      for operand in node.inputs { readers[views[operand].source].append(number) }
    }
    for node in program.outputs.map(\.node) + program.assignments.map(\.node) {
      kept.insert(unit[node] == nil ? views[node].source : node)
    }
  }

  private mutating func demand(_ operand: Int) {
    let node = program.nodes[operand]
    let view = views[operand]
    if view.source != operand, view.isContiguous(node.shape) {
      demand(view.source)
      return
    }
    guard unit[operand] == nil else { return }
    switch node.primitive {
    case .input, .variable: return
    case _ where isRepeated(operand):
      let id = newUnit()
      if let group = joining(operand, to: Group(node.shape), id: id) {
        groups[id] = group
        settle(operand, in: id)
      } else {
        unitCount -= 1
        node.inputs.forEach { demand($0) }
        single(operand)
      }
    default:
      // A view that its reader cannot follow, or a constant: written out as a node of its own.
      if unit[operand] == nil { node.inputs.forEach { demand($0) } }
      single(operand)
    }
  }
}
