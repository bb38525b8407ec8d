import EspalierProtocols

/// Decides where each value lies: in a variable, inside a packed tensor, or in an arena that values
/// share whose lifetimes do not meet.
struct Placement {
  private struct Buffer {
    /// Elements of 32 bits.
    var count: Int
    var first: Int
    var last: Int
    var offset = -1
    /// Whether it is read after the run.
    var isKept = false
  }

  private let program: Program
  private let schedule: Schedule
  private let views: [View]
  private var buffers: [Buffer] = []
  /// The buffer of a node, and where in it the node begins.
  private var bufferOf: [Int: (buffer: Int, offset: Int)] = [:]
  private var places: [Place?]
  private let storesShort: Bool
  private var short: Set<Int> = []
  /// Operands of pack nodes that were not computed in their place.
  private var copies: [Int: [(node: Int, offset: Int)]] = [:]

  init(_ program: Program, _ schedule: Schedule, storesShort: Bool) {
    self.program = program
    self.storesShort = storesShort
    self.schedule = schedule
    views = program.nodes.indices.map { View.of($0, in: program) }
    places = program.nodes.map { _ in nil }
  }

  func plan() -> Plan {
    var copy = self
    return copy.make()
  }

  private mutating func make() -> Plan {
    placeLeaves()
    placePacks()
    if storesShort {
      short = ShortValues.find(in: program, schedule, views).subtracting(bufferOf.keys)
    }
    placeResults()
    extendLifetimes()
    let (arena, scratch) = layOut()
    for (node, place) in bufferOf {
      let start = buffers[place.buffer].offset + place.offset
      places[node] = short.contains(node) ? .shortArena(2 * start) : .arena(start)
    }
    for (number, node) in program.nodes.enumerated() where places[number] == nil {
      let view = views[number]
      if view.isContiguous(node.shape) {
        places[number] = places[view.source]?.advanced(by: view.offset)
      }
    }
    return Plan(
      program: program, kernels: kernels(), places: places, arenaCount: arena, scratchCount: scratch
    )
  }

  private mutating func placeLeaves() {
    for (number, node) in program.nodes.enumerated() {
      switch node.primitive {
      case .input(let slot): places[number] = .input(slot, offset: 0)
      case .variable(let id): places[number] = variablePlace(id)
      default: break
      }
    }
    for index in schedule.inPlace {
      let assignment = program.assignments[index]
      places[assignment.node] = variablePlace(assignment.variable)
    }
  }

  private func variablePlace(_ id: Int) -> Place {
    let base = program.variables[id].base
    return .variable(base?.variable ?? id, offset: base?.offset ?? 0)
  }

  /// Parts of a packed tensor are computed in their place where they have no other yet.
  private mutating func placePacks() {
    let computed = Dictionary(
      schedule.units.enumerated().flatMap { index, unit in
        unit.results.filter { Scheduler.isWritten($0, by: unit) }.map { ($0, index) }
      }, uniquingKeysWith: { first, _ in first })
    for (number, node) in program.nodes.enumerated() {
      guard case .pack(let offsets) = node.primitive, let own = computed[number] else { continue }
      if places[number] == nil {
        buffers.append(Buffer(count: node.shape.count, first: own, last: own))
        bufferOf[number] = (buffers.count - 1, 0)
      }
      for (operand, offset) in zip(node.inputs, offsets) {
        let source = views[operand].source
        let whole =
          views[operand].isContiguous(program.nodes[operand].shape)
          && program.nodes[source].shape.count == program.nodes[operand].shape.count
        if whole, let pack = bufferOf[number], let maker = computed[source], places[source] == nil,
          bufferOf[source] == nil
        {
          bufferOf[source] = (pack.buffer, pack.offset + offset)
          buffers[pack.buffer].first = min(buffers[pack.buffer].first, maker)
        } else {
          copies[number, default: []].append((operand, offset))
        }
      }
    }
  }

  private mutating func placeResults() {
    for (index, unit) in schedule.units.enumerated() {
      for node in unit.results where Scheduler.isWritten(node, by: unit) && places[node] == nil {
        if let known = bufferOf[node] {
          buffers[known.buffer].first = min(buffers[known.buffer].first, index)
          continue
        }
        buffers.append(
          Buffer(count: room(node), first: index, last: index))
        bufferOf[node] = (buffers.count - 1, 0)
      }
    }
  }

  /// Elements of 32 bits that a result takes.
  private func room(_ node: Int) -> Int {
    let count = program.nodes[node].shape.count
    return max(short.contains(node) ? (count + 1) / 2 : count, 1)
  }

  private mutating func extendLifetimes() {
    func use(_ node: Int, _ index: Int) {
      guard let place = bufferOf[node] else { return }
      buffers[place.buffer].last = max(buffers[place.buffer].last, index)
    }
    for (index, unit) in schedule.units.enumerated() {
      for node in Scheduler.reads(of: unit, in: program, views) { use(node, index) }
      for node in unit.results { use(node, index) }
    }
    for node in program.outputs.map(\.node) + program.assignments.map(\.node) {
      use(views[node].source, schedule.units.count)
      use(node, schedule.units.count)
    }
    for index in schedule.units.indices { reuse(at: index) }
    for output in program.outputs {
      for node in [views[output.node].source, output.node] {
        if let place = bufferOf[node] { buffers[place.buffer].isKept = true }
      }
    }
  }

  /// A result takes over the memory of an operand that is read for the last time, element for element.
  private mutating func reuse(at index: Int) {
    let group: FusedGroup
    var product: Int?
    switch schedule.units[index] {
    case .group(let fused): group = fused
    case .product(let node, let fused): (group, product) = (fused, node)
    case .single, .maxPool: return
    }
    // A product reads its operands until its last block, other blocks have been written by then.
    let operands = product.map { Scheduler.operands(of: $0, in: program, views) } ?? []
    for write in group.writes {
      guard group.reductions[write.value] == nil || group.reductions[write.value] == .row,
        let own = bufferOf[write.value], own.offset == 0, buffers[own.buffer].first == index,
        buffers[own.buffer].count == room(write.value)
      else { continue }
      for read in group.reads where read.strides == write.strides && read.offset == 0 {
        guard short.contains(read.source) == short.contains(write.value),
          let old = bufferOf[read.source], old.buffer != own.buffer, old.offset == 0,
          buffers[old.buffer].last == index,
          buffers[old.buffer].first < index || read.source == product,
          buffers[old.buffer].count == buffers[own.buffer].count,
          group.reads.allSatisfy({ bufferOf[$0.source]?.buffer != old.buffer || $0 == read }),
          !group.writes.contains(where: { bufferOf[$0.value]?.buffer == old.buffer }),
          !operands.contains(where: { bufferOf[$0]?.buffer == old.buffer })
        else { continue }
        buffers[old.buffer].last = buffers[own.buffer].last
        buffers[own.buffer].count = 0
        for (node, place) in bufferOf where place.buffer == own.buffer {
          bufferOf[node] = (old.buffer, place.offset)
        }
        break
      }
    }
  }

  /// Largest first, each at the lowest offset that is free while it lives; outputs behind all others.
  private mutating func layOut() -> (arena: Int, scratch: Int) {
    var end = 0
    var placed: [Int] = []
    for index in buffers.indices.sorted(by: { (buffers[$0].count, $1) > (buffers[$1].count, $0) })
    where buffers[index].count > 0 && !buffers[index].isKept {
      let rivals = placed.filter {
        buffers[$0].first <= buffers[index].last && buffers[index].first <= buffers[$0].last
      }.sorted { buffers[$0].offset < buffers[$1].offset }
      var offset = 0
      for rival in rivals {
        if offset + buffers[index].count <= buffers[rival].offset { break }
        offset = max(offset, (buffers[rival].offset + buffers[rival].count + 15) / 16 * 16)
      }
      buffers[index].offset = offset
      end = max(end, offset + buffers[index].count)
      placed.append(index)
    }
    let scratch = (end + 15) / 16 * 16
    end = scratch
    for index in buffers.indices where buffers[index].count > 0 && buffers[index].isKept {
      buffers[index].offset = end
      end += (buffers[index].count + 15) / 16 * 16
    }
    return (end, scratch)
  }

  private func kernels() -> [Kernel] {
    var result: [Kernel] = []
    for unit in schedule.units {
      switch unit {
      case .group(let group): result.append(.fused(group))
      case .product(let node, let group): result.append(.product(node, epilogue: group))
      case .maxPool(let node, let taps): result.append(.maxPool(node, taps: taps))
      case .single(let number):
        guard case .pack(let offsets) = program.nodes[number].primitive,
          case .arena(let start)? = places[number]
        else {
          result.append(.primitive(number))
          continue
        }
        let gaps = gaps(number, offsets, start)
        if !gaps.isEmpty { result.append(.clear(gaps)) }
        for copy in copies[number] ?? [] {
          result.append(.copy(copy.node, to: .arena(start + copy.offset)))
        }
      }
    }
    for (index, assignment) in program.assignments.enumerated()
    where !schedule.inPlace.contains(index) {
      let place = variablePlace(assignment.variable)
      // A variable may be assigned its own value.
      if places[assignment.node] != place { result.append(.copy(assignment.node, to: place)) }
    }
    return result
  }

  private func gaps(_ number: Int, _ offsets: [Int], _ start: Int) -> [Range<Int>] {
    var result: [Range<Int>] = []
    var end = 0
    for (operand, offset) in zip(program.nodes[number].inputs, offsets) {
      if offset > end { result.append(start + end..<start + offset) }
      end = offset + program.nodes[operand].shape.count
    }
    let count = program.nodes[number].shape.count
    if count > end { result.append(start + end..<start + count) }
    return result
  }
}
