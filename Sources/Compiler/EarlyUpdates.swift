import EspalierProtocols

/// Brings large updates of variables forward, to where all that they need is there.
///
/// An optimizer is recorded behind all gradients. A gradient that is used up at once makes room for the next one, and
/// is read while it is in cache.
struct EarlyUpdates {
  /// Elements from which on an update is brought forward.
  static let smallest = 1 << 18

  private let waits: [Set<Int>]
  /// Units that do nothing but update, or work for those that do.
  private var isMovable: [Bool]

  /// - Parameter waits: for each unit those that run before it.
  init(
    _ units: [Unit], _ waits: [Set<Int>], _ inPlace: Set<Int>, _ program: Program, from size: Int
  ) {
    self.waits = waits
    isMovable = units.map { _ in false }
    let assigned = Set(inPlace.map { program.assignments[$0].node })
    let kept = Set(program.outputs.map(\.node))
      .union(
        program.assignments.indices.filter { !inPlace.contains($0) }.map {
          program.assignments[$0].node
        })
    guard assigned.contains(where: { program.nodes[$0].shape.count >= size }) else {
      return
    }
    var followers = units.map { _ in [Int]() }
    for (index, others) in waits.enumerated() {
      for other in others { followers[other].append(index) }
    }
    for (index, unit) in units.enumerated() {
      let written = unit.results.filter { Scheduler.isWritten($0, by: unit) }
      isMovable[index] =
        written.allSatisfy(assigned.contains)
        && written.contains { program.nodes[$0].shape.count >= size }
    }
    // Their operands' last steps: what is read by them alone, such as a packed gradient.
    var open = isMovable.indices.filter { isMovable[$0] }
    while let unit = open.popLast() {
      for other in waits[unit]
      where !isMovable[other] && isGlue(units[other], program)
        && followers[other].allSatisfy({ isMovable[$0] })
        && units[other].results.allSatisfy({ !kept.contains($0) })
      {
        isMovable[other] = true
        open.append(other)
      }
    }
  }

  /// Whether a unit computes little or nothing of its own.
  private func isGlue(_ unit: Unit, _ program: Program) -> Bool {
    if case .single(let node) = unit, case .pack = program.nodes[node].primitive { return true }
    return unit.results.allSatisfy { program.nodes[$0].shape.count == 1 }
  }

  /// The same order, but for the units that come forward.
  func order(_ units: [Int]) -> [Int] {
    guard isMovable.contains(true) else { return units }
    var missing = waits.map(\.count)
    var followers = waits.map { _ in [Int]() }
    for (index, others) in waits.enumerated() where isMovable[index] {
      for other in others { followers[other].append(index) }
    }
    var result: [Int] = []
    func run(_ unit: Int) {
      result.append(unit)
      for follower in followers[unit] {
        missing[follower] -= 1
        if missing[follower] == 0 { run(follower) }
      }
    }
    let ready = units.filter { isMovable[$0] && missing[$0] == 0 }
    ready.forEach(run)
    for unit in units where !isMovable[unit] { run(unit) }
    return result
  }
}
