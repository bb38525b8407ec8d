/// A canonical Huffman code, whose codes begin with their highest bit.
final class JPEGHuffmanCode: @unchecked Sendable {
  // Immutable after init.
  /// Bits that are looked up at once.
  static let ahead = 9
  /// By the next bits: length · 256 + symbol; 0 for longer codes and for none.
  let table: UnsafeMutablePointer<UInt16>
  /// By length, the first code behind those of it, in the highest of 16 bits.
  private var limits = [Int](repeating: 0, count: 18)
  /// By length, what leads from a code to the place of its symbol.
  private var offsets = [Int](repeating: 0, count: 17)
  private let symbols: [UInt8]

  /// - Parameters:
  ///   - counts: how many codes there are of each length, from 1 to 16.
  ///   - symbols: in the order of their codes.
  init(_ counts: [Int], symbols: [UInt8]) throws(ImageProblem) {
    self.symbols = symbols
    table = .allocate(capacity: 1 << Self.ahead)
    table.initialize(repeating: 0, count: 1 << Self.ahead)
    var (code, place) = (0, 0)
    for length in 1...16 {
      let count = counts[length - 1]
      guard code + count <= 1 << length else {
        throw .damaged("a table has more codes than there is room for")
      }
      offsets[length] = place - code
      if length <= Self.ahead {
        for index in 0..<count {
          let start = (code + index) << (Self.ahead - length)
          let entry = UInt16(length) << 8 | UInt16(symbols[place + index])
          for ahead in start..<start + 1 << (Self.ahead - length) { table[ahead] = entry }
        }
      }
      code += count
      place += count
      limits[length] = code << (16 - length)
      code <<= 1
    }
    limits[17] = .max
  }

  deinit { table.deallocate() }

  /// A code of more bits than are looked up at once: its length and symbol.
  ///
  /// - Parameter bits: the next 16 bits.
  func longer(_ bits: Int) throws(ImageProblem) -> (length: Int, symbol: Int) {
    var length = Self.ahead + 1
    while bits >= limits[length] { length += 1 }
    guard length <= 16 else { throw .damaged("a code that none has") }
    let place = bits >> (16 - length) + offsets[length]
    // Codes of lengths that have none are below all limits of theirs.
    guard symbols.indices.contains(place) else { throw .damaged("a code that none has") }
    return (length, Int(symbols[place]))
  }
}

/// The bits of a scan, up to the next marker.
struct JPEGBits {
  private let source: UnsafeRawBufferPointer
  /// The next byte; that of the marker once it is reached.
  private(set) var place: Int
  private var buffer: UInt64 = 0
  private var available = 0
  /// Zeros that were put behind the last bit.
  private var padding = 0

  init(_ source: UnsafeRawBufferPointer, at place: Int) {
    self.source = source
    self.place = place
  }

  /// Whether more bits were taken than there are.
  var isExhausted: Bool { available < padding }

  /// More than 32 bits, zeros behind the last.
  @inline(__always)
  mutating func fill() {
    if available <= 32 { refill() }
  }

  @inline(never)
  private mutating func refill() {
    if place + 8 <= source.count {
      let word = UInt64(
        bigEndian: source.loadUnaligned(fromByteOffset: place, as: UInt64.self))
      // Whether a byte is 0xFF: then its opposite is 0.
      let opposite = ~word
      if (opposite &- 0x0101_0101_0101_0101) & word & 0x8080_8080_8080_8080 == 0 {
        // Bits beyond those that are counted come again, the same, with the next load.
        buffer |= word &>> UInt64(available)
        let bytes = (63 - available) >> 3
        place += bytes
        available += 8 * bytes
        return
      }
    }
    while available <= 56 {
      var byte: UInt8 = 0
      if place < source.count, source[place] != 0xFF {
        byte = source[place]
        place += 1
      } else if place + 1 < source.count, source[place + 1] == 0 {
        byte = 0xFF
        place += 2
      } else {
        padding += 8
      }
      buffer |= UInt64(byte) &<< UInt64(56 - available)
      available += 8
    }
  }

  /// The next symbol of a code; bits for a number behind it are there too.
  @inline(__always)
  mutating func symbol(_ code: JPEGHuffmanCode) throws(ImageProblem) -> Int {
    fill()
    let entry = Int(code.table[Int(buffer &>> UInt64(64 - JPEGHuffmanCode.ahead))])
    if entry != 0 {
      drop(entry >> 8)
      return entry & 255
    }
    let (length, symbol) = try code.longer(Int(buffer &>> 48))
    drop(length)
    return symbol
  }

  @inline(__always)
  private mutating func drop(_ count: Int) {
    buffer = buffer &<< UInt64(count)
    available -= count
  }

  /// 0 to 16 bits behind a symbol.
  @inline(__always)
  mutating func take(_ count: Int) -> Int {
    // Two shifts, since one by 64 is none.
    let value = Int(truncatingIfNeeded: (buffer &>> 1) &>> UInt64(63 - count))
    drop(count)
    return value
  }

  /// A single bit.
  @inline(__always)
  mutating func bit() -> Bool {
    fill()
    return take(1) == 1
  }

  /// A number of as many bits, the lower half of which are negative.
  @inline(__always)
  mutating func number(_ count: Int) -> Int {
    let value = take(count)
    return value < (1 &<< count) >> 1 ? value - (1 &<< count) + 1 : value
  }

  /// Goes on behind a restart marker.
  mutating func restart(_ number: Int) throws(ImageProblem) {
    (buffer, available, padding) = (0, 0, 0)
    place = nextMarker()
    guard place + 1 < source.count else { throw .cutOff }
    guard source[place + 1] == 0xD0 + UInt8(number % 8) else {
      throw .damaged("a restart marker is missing")
    }
    place += 2
  }

  /// The place of the next marker, or the end.
  func nextMarker() -> Int {
    var place = place
    while place + 1 < source.count {
      if source[place] == 0xFF, source[place + 1] != 0, source[place + 1] != 0xFF { return place }
      place += 1
    }
    return source.count
  }
}
