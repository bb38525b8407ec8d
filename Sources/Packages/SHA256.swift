/// The hash function of FIPS 180-4: 256 bits of which no two inputs are known to share a value.
struct SHA256 {
  private var state: [UInt32] = [
    0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab,
    0x5be0_cd19,
  ]
  private var block: [UInt8] = []
  private var words = [UInt32](repeating: 0, count: 64)
  private var count: UInt64 = 0

  /// Takes in more of the input.
  mutating func update(_ bytes: some Sequence<UInt8>) {
    let isContiguous: Void? = bytes.withContiguousStorageIfAvailable { take($0) }
    if isContiguous == nil { Array(bytes).withUnsafeBufferPointer { take($0) } }
  }

  /// Takes in a text with its length, so that no two sequences of texts give the same bytes.
  mutating func update(part text: String) {
    update("\(text.utf8.count):".utf8)
    update(text.utf8)
  }

  /// The hash of all that was taken in, as 64 hexadecimal digits.
  func finish() -> String {
    var last = self
    let bits = count &* 8
    last.update([0x80])
    last.update([UInt8](repeating: 0, count: (120 - last.block.count) % 64))
    last.update((0..<8).map { UInt8(truncatingIfNeeded: bits >> (56 - 8 * $0)) })
    return last.state.map { word in
      let digits = String(word, radix: 16)
      return String(repeating: "0", count: 8 - digits.count) + digits
    }.joined()
  }

  /// The hash of some texts in their order.
  static func hash(_ parts: String...) -> String {
    var hash = SHA256()
    for part in parts { hash.update(part: part) }
    return hash.finish()
  }

  private mutating func take(_ bytes: UnsafeBufferPointer<UInt8>) {
    count += UInt64(bytes.count)
    var rest = bytes[...]
    if !block.isEmpty {
      let head = rest.prefix(64 - block.count)
      block.append(contentsOf: head)
      rest = rest.dropFirst(head.count)
      guard block.count == 64 else { return }
      // A copy: the hash itself is being changed.
      let full = block
      full.withUnsafeBufferPointer { mix($0[...]) }
      block.removeAll(keepingCapacity: true)
    }
    while rest.count >= 64 {
      mix(rest.prefix(64))
      rest = rest.dropFirst(64)
    }
    block.append(contentsOf: rest)
  }

  private mutating func mix(_ bytes: Slice<UnsafeBufferPointer<UInt8>>) {
    func turned(_ word: UInt32, _ count: UInt32) -> UInt32 { word >> count | word << (32 - count) }
    let start = bytes.startIndex
    for index in 0..<16 {
      let byte = start + 4 * index
      words[index] =
        UInt32(bytes[byte]) << 24 | UInt32(bytes[byte + 1]) << 16 | UInt32(bytes[byte + 2]) << 8
        | UInt32(bytes[byte + 3])
    }
    for index in 16..<64 {
      let (old, new) = (words[index - 15], words[index - 2])
      let first = turned(old, 7) ^ turned(old, 18) ^ old >> 3
      let second = turned(new, 17) ^ turned(new, 19) ^ new >> 10
      words[index] = words[index - 16] &+ first &+ words[index - 7] &+ second
    }
    let constants = Self.constants
    var (a, b, c, d) = (state[0], state[1], state[2], state[3])
    var (e, f, g, h) = (state[4], state[5], state[6], state[7])
    for index in 0..<64 {
      let fromE = turned(e, 6) ^ turned(e, 11) ^ turned(e, 25)
      let choice = (e & f) ^ (~e & g)
      let first = h &+ fromE &+ choice &+ constants[index] &+ words[index]
      let fromA = turned(a, 2) ^ turned(a, 13) ^ turned(a, 22)
      let majority = (a & b) ^ (a & c) ^ (b & c)
      (h, g, f, e) = (g, f, e, d &+ first)
      (d, c, b, a) = (c, b, a, first &+ fromA &+ majority)
    }
    for (index, word) in [a, b, c, d, e, f, g, h].enumerated() { state[index] &+= word }
  }

  /// The first 32 bits of the fractions of the cube roots of the first 64 primes.
  private static let constants: [UInt32] = primes.map { prime in
    // 32 bits of a fraction need 35 of the root; the cube of that fits 128.
    let limit = UInt128(prime) << 96
    var root: UInt128 = 0
    for bit in stride(from: 34, through: 0, by: -1) {
      let larger: UInt128 = root | (1 << UInt128(bit))
      let cube: UInt128 = larger * larger * larger
      if cube <= limit { root = larger }
    }
    return UInt32(truncatingIfNeeded: root)
  }

  private static let primes: [UInt32] = {
    var primes: [UInt32] = []
    var number: UInt32 = 2
    while primes.count < 64 {
      if !primes.contains(where: { number % $0 == 0 }) { primes.append(number) }
      number += 1
    }
    return primes
  }()
}
