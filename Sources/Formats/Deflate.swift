/// Packs data by deflate (RFC 1951): what was there before, up to 32 KiB back, is named by its length and
/// distance, in one block of the fixed code.
struct Deflate {
  static func pack(_ bytes: [UInt8]) -> [UInt8] {
    var deflate = Deflate()
    bytes.withUnsafeBufferPointer { deflate.run($0) }
    return deflate.output
  }

  private var output: [UInt8] = []
  private var buffer: UInt64 = 0
  private var available = 0

  private static let window = 1 << 15
  private static let shortest = 3
  private static let longest = 258
  /// Places that are tried for one match.
  private static let tries = 32
  private static let hashBits = 15

  private mutating func run(_ bytes: UnsafeBufferPointer<UInt8>) {
    put(1, 1)
    put(1, 2)
    // The last place with a hash, and by place the one before it; −1 for none.
    var latest = [Int](repeating: -1, count: 1 << Self.hashBits)
    var earlier = [Int](repeating: -1, count: Self.window)
    func hash(_ place: Int) -> Int {
      let three =
        UInt32(bytes[place]) | UInt32(bytes[place + 1]) << 8 | UInt32(bytes[place + 2]) << 16
      return Int((three &* 0x9E37_79B1) >> UInt32(32 - Self.hashBits))
    }
    var place = 0
    while place < bytes.count {
      var (length, distance) = (0, 0)
      if place + Self.shortest <= bytes.count {
        let room = min(Self.longest, bytes.count - place)
        var other = latest[hash(place)]
        var left = Self.tries
        while other >= 0, place - other < Self.window, left > 0, length < room {
          var same = 0
          while same < room, bytes[other + same] == bytes[place + same] { same += 1 }
          if same > length { (length, distance) = (same, place - other) }
          let next = earlier[other % Self.window]
          // A slot may have been taken by a later place.
          guard next < other else { break }
          other = next
          left -= 1
        }
      }
      let step = length >= Self.shortest ? length : 1
      if step > 1 {
        put(length: length, distance: distance)
      } else {
        put(literal: Int(bytes[place]))
      }
      for passed in place..<max(place, min(place + step, bytes.count - Self.shortest + 1)) {
        let key = hash(passed)
        earlier[passed % Self.window] = latest[key]
        latest[key] = passed
      }
      place += step
    }
    put(literal: 256)
    if available > 0 { put(0, 8 - available) }
  }

  /// Bits from the lowest on.
  private mutating func put(_ bits: Int, _ count: Int) {
    buffer |= UInt64(bits) << UInt64(available)
    available += count
    while available >= 8 {
      output.append(UInt8(truncatingIfNeeded: buffer))
      buffer >>= 8
      available -= 8
    }
  }

  /// A code, whose highest bit comes first.
  private mutating func put(code: Int, _ count: Int) {
    var reversed = 0
    for bit in 0..<count where code & (1 << bit) != 0 { reversed |= 1 << (count - 1 - bit) }
    put(reversed, count)
  }

  /// A byte, the end (256), or the symbol of a length, in the fixed code.
  private mutating func put(literal: Int) {
    switch literal {
    case ..<144: put(code: 0x30 + literal, 8)
    case ..<256: put(code: 0x190 + literal - 144, 9)
    case ..<280: put(code: literal - 256, 7)
    default: put(code: 0xC0 + literal - 280, 8)
    }
  }

  private mutating func put(length: Int, distance: Int) {
    let lengthCode = Inflate.lengthBases.lastIndex { Int($0) <= length }!
    put(literal: 257 + lengthCode)
    put(length - Int(Inflate.lengthBases[lengthCode]), Int(Inflate.lengthExtras[lengthCode]))
    let distanceCode = Inflate.distanceBases.lastIndex { Int($0) <= distance }!
    put(code: distanceCode, 5)
    put(
      distance - Int(Inflate.distanceBases[distanceCode]), max(0, distanceCode / 2 - 1))
  }
}
