/// Which units wait for which others, directly or over any number of units between.
///
/// One bit a pair, kept complete at each change: to form groups asks far oftener than it changes
/// anything.
struct Reachability {
  private var bits: [UInt64] = []
  /// Words of a unit's row.
  private let words: Int
  private var count: Int { words == 0 ? 0 : bits.count / words }

  /// - Parameter limit: how many units there can be.
  init(limit: Int) { words = (limit + 63) / 64 }

  /// Whether a unit is another one, or waits for it.
  func reaches(_ from: Int, _ target: Int) -> Bool {
    from == target || (from < count && has(from, target))
  }

  private func has(_ from: Int, _ target: Int) -> Bool {
    bits[from * words + target / 64] >> (target % 64) & 1 == 1
  }

  /// A unit waits for another.
  mutating func add(_ from: Int, waitsFor target: Int) {
    let missing = (max(from, target) + 1) * words - bits.count
    if missing > 0 { bits += [UInt64](repeating: 0, count: missing) }
    if from == target || has(from, target) { return }
    join(target, to: from)
    for unit in 0..<count where unit != from && has(unit, from) { join(target, to: unit) }
  }

  /// A unit becomes part of another, which from now on stands for both.
  mutating func merge(_ other: Int, into unit: Int) {
    add(other, waitsFor: unit)
    add(unit, waitsFor: other)
  }

  /// Adds a unit and all that it waits for to what another one waits for.
  private mutating func join(_ target: Int, to unit: Int) {
    bits[unit * words + target / 64] |= 1 << (target % 64)
    for word in 0..<words { bits[unit * words + word] |= bits[target * words + word] }
  }
}
