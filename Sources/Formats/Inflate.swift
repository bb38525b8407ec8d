/// Unpacks deflated data (RFC 1951) into memory that grows up to a limit.
///
/// What a file claims is never believed: every size is checked against what is there, codes that no encoder
/// writes are refused, and no more than the limit is ever written.
struct Inflate {
  private var bits: BitReader
  private let output: UnpackedBytes

  /// - Parameters:
  ///   - source: deflated data from `start` on.
  ///   - output: where it goes, after what is there already; distances do not reach back into that.
  /// - Returns: the place behind the deflated data.
  static func unpack(
    _ source: UnsafeRawBufferPointer, at start: Int, into output: UnpackedBytes
  ) throws(UnpackProblem) -> Int {
    var inflate = Inflate(bits: BitReader(source, at: start), output: output)
    try inflate.run()
    return inflate.bits.alignedPlace
  }

  private init(bits: BitReader, output: UnpackedBytes) {
    self.bits = bits
    self.output = output
    begin = output.count
  }

  /// Where this stream's output begins.
  private let begin: Int

  private mutating func run() throws(UnpackProblem) {
    var isLast = false
    while !isLast {
      isLast = try bits.take(1) == 1
      switch try bits.take(2) {
      case 0: try stored()
      case 1: try compressed(.fixedLiterals, .fixedDistances)
      case 2:
        let (literals, distances) = try codes()
        try compressed(literals, distances)
      default: throw .damaged("a block is of no known kind")
      }
    }
  }

  private mutating func stored() throws(UnpackProblem) {
    bits.align()
    let length = try bits.take(16)
    guard try bits.take(16) == length ^ 0xFFFF else { throw .damaged("a stored block's length") }
    try bits.copy(Int(length), to: output)
  }

  /// The codes of a block that brings its own.
  private mutating func codes() throws(UnpackProblem) -> (HuffmanCode, HuffmanCode) {
    let literalCount = Int(try bits.take(5)) + 257
    let distanceCount = Int(try bits.take(5)) + 1
    let lengthCount = Int(try bits.take(4)) + 4
    guard literalCount <= 286, distanceCount <= 30 else { throw .damaged("a block's codes") }
    let order = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]
    var lengths = [UInt8](repeating: 0, count: 19)
    for place in 0..<lengthCount { lengths[order[place]] = UInt8(try bits.take(3)) }
    let code = try HuffmanCode(lengths)
    var all: [UInt8] = []
    while all.count < literalCount + distanceCount {
      let symbol = try code.next(&bits)
      let (value, times): (UInt8, Int)
      switch symbol {
      case ..<16: (value, times) = (UInt8(symbol), 1)
      case 16:
        guard let last = all.last else { throw .damaged("a block's codes") }
        (value, times) = (last, 3 + Int(try bits.take(2)))
      case 17: (value, times) = (0, 3 + Int(try bits.take(3)))
      default: (value, times) = (0, 11 + Int(try bits.take(7)))
      }
      guard all.count + times <= literalCount + distanceCount else {
        throw .damaged("a block's codes")
      }
      for _ in 0..<times { all.append(value) }
    }
    guard all[256] > 0 else { throw .damaged("a block has no code for its end") }
    return (
      try HuffmanCode(Array(all[..<literalCount])),
      try HuffmanCode(Array(all[literalCount...]), mayBeIncomplete: true)
    )
  }

  static let lengthBases: [UInt16] = [
    3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131,
    163, 195, 227, 258,
  ]
  static let lengthExtras: [UInt8] = [
    0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0,
  ]
  static let distanceBases: [UInt16] = [
    1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049,
    3073, 4097, 6145, 8193, 12289, 16385, 24577,
  ]

  private mutating func compressed(
    _ literals: HuffmanCode, _ distances: HuffmanCode
  ) throws(UnpackProblem) {
    while true {
      let symbol = try literals.next(&bits)
      if symbol < 256 {
        try output.append(UInt8(symbol))
        continue
      }
      if symbol == 256 { return }
      guard symbol < 286 else { throw .damaged("a length that none has") }
      let length =
        Int(Self.lengthBases[symbol - 257])
        + Int(try bits.take(Int(Self.lengthExtras[symbol - 257])))
      let code = try distances.next(&bits)
      guard code < 30 else { throw .damaged("a distance that none has") }
      let distance = Int(Self.distanceBases[code]) + Int(try bits.take(max(0, code / 2 - 1)))
      guard distance <= output.count - begin else {
        throw .damaged("a distance that leads before the beginning")
      }
      try output.repeatLast(length, from: distance)
    }
  }
}

/// Why packed data cannot be unpacked.
enum UnpackProblem: Error {
  case cutOff
  case damaged(String)
  /// More than the limit, in bytes.
  case tooLarge(Int)
  /// Where it was to go, it cannot: a whole message.
  case unwritable(FormatError)

  var message: String {
    switch self {
    case .cutOff: "the packed data are cut off"
    case .damaged(let what): "the packed data are damaged: \(what)"
    case .tooLarge(let limit): "unpacked it takes more than \(limit) bytes, which is the limit here"
    case .unwritable(let error): "it cannot be unpacked: \(error)"
    }
  }
}

/// Bits from the lowest of each byte on.
private struct BitReader {
  private let source: UnsafeRawBufferPointer
  private var place: Int
  private var buffer: UInt64 = 0
  private var available = 0

  init(_ source: UnsafeRawBufferPointer, at start: Int) {
    self.source = source
    place = start
  }

  private mutating func fill() {
    if place + 8 <= source.count {
      // Bits beyond those that are counted come again, the same, with the next load.
      let word = source.loadUnaligned(fromByteOffset: place, as: UInt64.self)
      buffer |= UInt64(littleEndian: word) << UInt64(available)
      let bytes = (63 - available) / 8
      place += bytes
      available += 8 * bytes
      return
    }
    while available <= 56, place < source.count {
      buffer |= UInt64(source[place]) << UInt64(available)
      place += 1
      available += 8
    }
  }

  /// Up to 16 bits.
  mutating func take(_ count: Int) throws(UnpackProblem) -> UInt32 {
    if available < count {
      fill()
      guard available >= count else { throw .cutOff }
    }
    defer { drop(count) }
    return UInt32(truncatingIfNeeded: buffer & ((1 << UInt64(count)) - 1))
  }

  /// The bits that come next, zeros behind the end.
  mutating func peek() -> UInt32 {
    if available < 32 { fill() }
    return UInt32(truncatingIfNeeded: buffer)
  }

  var left: Int { available }

  mutating func drop(_ count: Int) {
    buffer >>= UInt64(count)
    available -= count
  }

  mutating func align() { drop(available % 8) }

  /// The place of the next whole byte.
  var alignedPlace: Int { place - available / 8 }

  mutating func copy(_ count: Int, to output: UnpackedBytes) throws(UnpackProblem) {
    let start = alignedPlace
    guard count <= source.count - start else { throw .cutOff }
    try output.append(UnsafeRawBufferPointer(rebasing: source[start..<start + count]))
    (place, buffer, available) = (start + count, 0, 0)
  }
}

/// A canonical Huffman code: codes of one length are in the order of their symbols.
private struct HuffmanCode {
  private static let shortest = 10
  /// By the next ten bits: symbol · 16 + length; 0 for longer codes and for none.
  private var table = [UInt16](repeating: 0, count: 1 << HuffmanCode.shortest)
  private var counts = [Int](repeating: 0, count: 16)
  private var symbols: [UInt16] = []

  /// - Parameters:
  ///   - lengths: of each symbol's code; 0 for symbols that have none.
  ///   - mayBeIncomplete: whether there may be a single code, or none, as of distances.
  init(_ lengths: [UInt8], mayBeIncomplete: Bool = false) throws(UnpackProblem) {
    for length in lengths { counts[Int(length)] += 1 }
    let used = lengths.count - counts[0]
    counts[0] = 0
    var left = 1
    for length in 1...15 {
      left = 2 * left - counts[length]
      guard left >= 0 else { throw .damaged("more codes than there is room for") }
    }
    guard left == 0 || mayBeIncomplete && used <= 1 else { throw .damaged("codes are missing") }
    var next = [Int](repeating: 0, count: 17)
    for length in 1...15 { next[length + 1] = next[length] + counts[length] }
    symbols = [UInt16](repeating: 0, count: used)
    for (symbol, length) in lengths.enumerated() where length > 0 {
      symbols[next[Int(length)]] = UInt16(symbol)
      next[Int(length)] += 1
    }
    fillTable()
  }

  private mutating func fillTable() {
    var code = 0
    var index = 0
    for length in 1...Self.shortest {
      for _ in 0..<counts[length] {
        // Codes come with their highest bit first, the table is by the lowest.
        var reversed = 0
        for bit in 0..<length where code & (1 << bit) != 0 { reversed |= 1 << (length - 1 - bit) }
        let entry = symbols[index] << 4 | UInt16(length)
        for place in stride(from: reversed, to: table.count, by: 1 << length) {
          table[place] = entry
        }
        code += 1
        index += 1
      }
      code <<= 1
    }
  }

  func next(_ bits: inout BitReader) throws(UnpackProblem) -> Int {
    let ahead = bits.peek()
    let entry = table[Int(ahead) & ((1 << Self.shortest) - 1)]
    let length = Int(entry & 15)
    if length > 0 {
      guard length <= bits.left else { throw .cutOff }
      bits.drop(length)
      return Int(entry >> 4)
    }
    return try longer(ahead, &bits)
  }

  private func longer(_ ahead: UInt32, _ bits: inout BitReader) throws(UnpackProblem) -> Int {
    var (code, first, index) = (0, 0, 0)
    for length in 1...15 {
      code |= Int(ahead >> UInt32(length - 1)) & 1
      let count = counts[length]
      if code - count < first {
        guard length <= bits.left else { throw .cutOff }
        bits.drop(length)
        return Int(symbols[index + code - first])
      }
      index += count
      first = (first + count) << 1
      code <<= 1
    }
    throw bits.left < 15 ? .cutOff : .damaged("a code that none has")
  }

  static let fixedLiterals: HuffmanCode = {
    let lengths = (0..<288).map { UInt8($0 < 144 ? 8 : $0 < 256 ? 9 : $0 < 280 ? 7 : 8) }
    return try! HuffmanCode(lengths)
  }()
  static let fixedDistances = try! HuffmanCode([UInt8](repeating: 5, count: 32))
}
