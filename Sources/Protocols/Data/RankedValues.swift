/// Values that would stand at some places if those of a feature were sorted: exact, and found in three passes
/// over the samples that hold none of them.
///
/// A value's bits make a whole number of the same order. Each pass counts by the next 11 bits of it (10 in the
/// last), the second and third only among values that begin as one that is asked for. This takes some 16 KB
/// a feature and place.
public struct RankedValues {
  /// Values that a plugin may hold to sort them; more are counted in passes.
  public static let mostHeld = 1 << 25

  /// Bytes of tables at once; what would take more is counted in further passes.
  private static let mostBytes = 1 << 26

  /// What was found of one group of numbers.
  public struct Group: Sendable {
    /// Finite values in it.
    public internal(set) var count = 0
    /// The values at the places that were asked for.
    public internal(set) var values: [Float] = []
  }

  public private(set) var groups: [Group]
  /// The first number of a sample that was not finite somewhere; such values are passed over.
  public private(set) var notFinite: Int?

  private let groupOf: [Int]
  /// For each group and place: bits found so far, and the place among values that begin so.
  private var prefixes: [[(bits: UInt32, rank: Int)]]

  /// - Parameters:
  ///   - groupOf: the group of each number of a sample, −1 for none.
  ///   - places: which places are asked for, from 0, when a group has so many finite values.
  public init(
    _ samples: TrainingSamples, groupOf: [Int], places: (_ count: Int) -> [Int]
  ) throws {
    let number = (groupOf.max() ?? -1) + 1
    self.groupOf = groupOf
    groups = [Group](repeating: Group(), count: number)
    prefixes = [[(bits: UInt32, rank: Int)]](repeating: [], count: number)
    try count(samples, places)
    for portion in portions() {
      try refine(samples, portion, shift: 10, bits: 11)
      try refine(samples, portion, shift: 0, bits: 10)
    }
    for group in groups.indices {
      groups[group].values = prefixes[group].map { Self.value($0.bits) }
    }
  }

  private static func key(_ value: Float) -> UInt32 {
    // Both zeros are one value.
    let bits = (value + 0).bitPattern
    return bits & 0x8000_0000 == 0 ? bits | 0x8000_0000 : ~bits
  }

  private static func value(_ key: UInt32) -> Float {
    Float(bitPattern: key & 0x8000_0000 == 0 ? ~key : key & 0x7FFF_FFFF)
  }

  /// The first pass: by the first 11 bits.
  private mutating func count(
    _ samples: TrainingSamples, _ places: (Int) -> [Int]
  ) throws {
    let width = samples.width
    var tables = [Int](repeating: 0, count: self.groups.count << 11)
    let groups = self.groupOf
    var notFinite: Int?
    try samples.forEachChunk { number, values, _ in
      tables.withUnsafeMutableBufferPointer { tables in
        groups.withUnsafeBufferPointer { groups in
          for row in 0..<number {
            for place in 0..<width where groups[place] >= 0 {
              let value = values[row * width + place]
              guard value.isFinite else {
                notFinite = notFinite ?? place
                continue
              }
              tables[groups[place] << 11 + Int(Self.key(value) >> 21)] += 1
            }
          }
        }
      }
    }
    self.notFinite = notFinite
    for group in self.groups.indices {
      let table = tables[group << 11..<(group + 1) << 11]
      self.groups[group].count = table.reduce(0, +)
      guard self.groups[group].count > 0 else { continue }
      prefixes[group] = places(self.groups[group].count).map { place in
        let (digit, rank) = Self.find(place, table)
        return (UInt32(digit), rank)
      }
    }
  }

  /// The entry of a table in which a place lies, and the place in it.
  private static func find(_ place: Int, _ table: ArraySlice<Int>) -> (digit: Int, rank: Int) {
    var rank = place
    for (digit, count) in table.enumerated() {
      if rank < count { return (digit, rank) }
      rank -= count
    }
    preconditionFailure("place \(place) of fewer values")
  }

  /// Groups whose tables are counted together.
  private func portions() -> [[Int]] {
    var result: [[Int]] = [[]]
    var bytes = 0
    for group in groups.indices where groups[group].count > 0 {
      let more = Set(prefixes[group].map(\.bits)).count << 15
      if bytes + more > Self.mostBytes, !result[result.count - 1].isEmpty {
        result.append([])
        bytes = 0
      }
      bytes += more
      result[result.count - 1].append(group)
    }
    return result.filter { !$0.isEmpty }
  }

  /// A further pass: by the next bits, for each group among the values that begin as one that is asked for.
  private mutating func refine(
    _ samples: TrainingSamples, _ chosen: [Int], shift: UInt32, bits: UInt32
  ) throws {
    // Ascending, group after group.
    var wanted: [[UInt32]] = [[UInt32]](repeating: [], count: self.groups.count)
    var starts = [Int](repeating: 0, count: self.groups.count)
    var next = 0
    for group in chosen {
      wanted[group] = Set(prefixes[group].map(\.bits)).sorted()
      starts[group] = next
      next += wanted[group].count
    }
    var tables = [Int](repeating: 0, count: next << Int(bits))
    let width = samples.width
    let mask: UInt32 = 1 << bits - 1
    let groups = groupOf
    let places = (0..<width).filter { groups[$0] >= 0 && !wanted[groups[$0]].isEmpty }
    try samples.forEachChunk { number, values, _ in
      tables.withUnsafeMutableBufferPointer { tables in
        for place in places {
          let group = groups[place]
          let start = starts[group]
          wanted[group].withUnsafeBufferPointer { wanted in
            for row in 0..<number {
              let value = values[row * width + place]
              let key = Self.key(value)
              let prefix = key >> (shift + bits)
              // A few that ascend: most values lie before, between or behind them.
              var low = 0
              var length = wanted.count
              while length > 1 {
                let half = length / 2
                low += wanted[low + half] <= prefix ? half : 0
                length -= half
              }
              guard wanted[low] == prefix, value.isFinite else { continue }
              tables[(start + low) << Int(bits) + Int(key >> shift & mask)] += 1
            }
          }
        }
      }
    }
    for group in chosen {
      for index in prefixes[group].indices {
        let (prefix, rank) = prefixes[group][index]
        let table = starts[group] + wanted[group].firstIndex(of: prefix)!
        let found = Self.find(rank, tables[table << Int(bits)..<(table + 1) << Int(bits)])
        prefixes[group][index] = (prefix << bits | UInt32(found.digit), found.rank)
      }
    }
  }
}

extension RankedValues {
  /// Quantiles of each group, interpolated linearly between the two values beside them; `nil` for a group
  /// without a finite value.
  ///
  /// - Parameters:
  ///   - groupOf: the group of each number of a sample, −1 for none.
  ///   - shares: of values below each quantile, 0…1.
  public static func quantiles(
    _ samples: TrainingSamples, groupOf: [Int], shares: [Double]
  ) throws -> (groups: [[Double]?], notFinite: Int?) {
    func place(_ share: Double, _ count: Int) -> (below: Int, part: Double) {
      let place = share * Double(count - 1)
      return (Int(place.rounded(.down)), place - place.rounded(.down))
    }
    let ranked = try RankedValues(samples, groupOf: groupOf) { count in
      shares.flatMap { share -> [Int] in
        let below = place(share, count).below
        return [below, min(below + 1, count - 1)]
      }
    }
    let groups = ranked.groups.map { group -> [Double]? in
      guard group.count > 0 else { return nil }
      return shares.indices.map { index in
        let (low, high) = (Double(group.values[2 * index]), Double(group.values[2 * index + 1]))
        return low + (high - low) * place(shares[index], group.count).part
      }
    }
    return (groups, ranked.notFinite)
  }
}
