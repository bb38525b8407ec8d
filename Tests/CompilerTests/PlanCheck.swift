import EspalierProtocols

/// Follows a plan kernel by kernel and says where a value is read that is not, or no longer, in its place.
///
/// It knows nothing of how places were chosen: it keeps which values memory holds, from the kernels alone.
struct PlanCheck {
  private struct Held {
    var node: Int
    var place: Place
    var count: Int
  }

  private let plan: Plan
  private var held: [Held] = []

  init(_ plan: Plan) {
    self.plan = plan
    for (number, node) in plan.program.nodes.enumerated() {
      switch node.primitive {
      case .input, .variable:
        if let place = plan.places[number] {
          held.append(Held(node: number, place: place, count: node.shape.count))
        }
      default: break
      }
    }
  }

  func fault() -> String? {
    var copy = self
    return copy.follow()
  }

  private mutating func follow() -> String? {
    for (index, kernel) in plan.kernels.enumerated() {
      if let fault = step(kernel) { return "kernel \(index): \(fault)" }
    }
    for output in plan.program.outputs where !holds(output.node) {
      return "output \(output.name) is lost"
    }
    return nil
  }

  private func count(_ node: Int) -> Int { plan.program.nodes[node].shape.count }

  private mutating func step(_ kernel: Kernel) -> String? {
    switch kernel {
    case .primitive(let node):
      switch plan.program.nodes[node].primitive {
      case .input, .variable, .constant: break
      default:
        if let fault = read(plan.program.nodes[node].inputs, by: node) { return fault }
      }
      return write([node], besides: plan.program.nodes[node].inputs)
    case .maxPool(let node, let taps):
      let inputs = plan.program.nodes[node].inputs
      return read(inputs, by: node) ?? write([node, taps], besides: inputs)
    case .clear(let ranges):
      for range in ranges { drop(.arena(range.lowerBound), range.count) }
      return nil
    case .copy(let node, let place):
      guard holds(node) else { return "copies \(node), which is not there" }
      drop(place, count(node))
      held.append(Held(node: node, place: place, count: count(node)))
      return nil
    case .fused(let group): return step(group)
    case .product(let node, let group):
      let inputs = plan.program.nodes[node].inputs
      if let fault = read(inputs, by: node) { return fault }
      if let fault = write([node], besides: inputs) { return fault }
      return step(group, besides: inputs)
    }
  }

  private mutating func step(_ group: FusedGroup, besides others: [Int] = []) -> String? {
    for read in group.reads where !holds(read.source) { return "reads \(read.source), not there" }
    for write in group.writes {
      for read in group.reads {
        guard let target = plan.places[write.source], let place = plan.places[read.source],
          overlap(target, count(write.source), place, count(read.source))
        else { continue }
        let same =
          read.strides == write.strides
          && place.advanced(by: read.offset) == target.advanced(by: write.offset)
        guard same else { return "writes \(write.value) over \(read.source) while it is read" }
      }
    }
    return write(group.writes.map(\.value), besides: others)
  }

  private func read(_ nodes: [Int], by reader: Int) -> String? {
    for node in nodes where !holds(node) { return "\(reader) reads \(node), which is not there" }
    return nil
  }

  /// Writes nodes to their places, none of which may meet another or one of the operands.
  private mutating func write(_ nodes: [Int], besides operands: [Int]) -> String? {
    for (index, node) in nodes.enumerated() {
      guard let place = plan.places[node] else { return "\(node) has no place" }
      for other in nodes[..<index] + operands {
        if let second = plan.places[other], overlap(place, count(node), second, count(other)) {
          return "\(node) is written where \(other) lies"
        }
      }
      if let range = range(place, count(node)),
        range.lowerBound < 0 || range.upperBound > 2 * plan.arenaCount
      {
        return "\(node) leaves the arena"
      }
      drop(place, count(node))
    }
    for node in nodes {
      held.append(Held(node: node, place: plan.places[node]!, count: count(node)))
    }
    return nil
  }

  private mutating func drop(_ place: Place, _ count: Int) {
    held = held.filter { !overlap($0.place, $0.count, place, count) }
  }

  /// What elements take of the arena, in units of 16 bits.
  private func range(_ place: Place, _ count: Int) -> Range<Int>? {
    switch place {
    case .arena(let start): 2 * start..<2 * (start + count)
    case .shortArena(let start): start..<start + count
    case .variable, .input: nil
    }
  }

  private func overlap(_ a: Place, _ countA: Int, _ b: Place, _ countB: Int) -> Bool {
    if let a = range(a, countA), let b = range(b, countB) { return a.overlaps(b) }
    func meet(_ x: Int, _ y: Int) -> Bool { x < y + countB && y < x + countA }
    return switch (a, b) {
    case (.variable(let i, let x), .variable(let j, let y)): i == j && meet(x, y)
    case (.input(let i, let x), .input(let j, let y)): i == j && meet(x, y)
    default: false
    }
  }

  /// Whether a value, or what it is a view of, is in memory where the plan says.
  private func holds(_ node: Int) -> Bool {
    guard let place = plan.places[node] else { return false }
    return holds(node, at: place)
  }

  private func holds(_ node: Int, at place: Place) -> Bool {
    if held.contains(where: { $0.node == node && $0.place == place }) { return true }
    let inputs = plan.program.nodes[node].inputs
    switch plan.program.nodes[node].primitive {
    case .reshape, .slice, .broadcast:
      return showsHeld(inputs[0], at: place)
    case .pack(let offsets):
      return zip(inputs, offsets).allSatisfy { input, offset in
        holds(input, at: place.advanced(by: offset))
          || copied(input, to: place.advanced(by: offset))
      }
    default: return false
    }
  }

  /// Whether a place lies within what a view shows; some views on the way may lie elsewhere, written out.
  private func showsHeld(_ node: Int, at place: Place) -> Bool {
    if held.contains(where: { $0.node == node && overlap($0.place, $0.count, place, 1) }) {
      return true
    }
    switch plan.program.nodes[node].primitive {
    case .reshape, .slice, .broadcast:
      return showsHeld(plan.program.nodes[node].inputs[0], at: place)
    default: return holds(node)
    }
  }

  private func copied(_ node: Int, to place: Place) -> Bool {
    if held.contains(where: { $0.node == node && $0.place == place }) { return true }
    switch plan.program.nodes[node].primitive {
    case .reshape, .slice, .broadcast:
      return copied(plan.program.nodes[node].inputs[0], to: place)
    default: return false
    }
  }
}
