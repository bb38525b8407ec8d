/// A cyclic redundancy check of 32 bits, lowest bit first, by a table of bytes.
struct CyclicChecksum {
  private let table: [UInt32]

  /// - Parameter polynomial: its bits, the lowest power at the top.
  init(polynomial: UInt32) {
    table = (0..<256).map { number -> UInt32 in
      (0..<8).reduce(UInt32(number)) { value, _ in
        value & 1 == 1 ? value >> 1 ^ polynomial : value >> 1
      }
    }
  }

  /// The one of event files: Castagnoli's.
  static let events = CyclicChecksum(polynomial: 0x82F6_3B78)
  /// The one of PNG.
  static let png = CyclicChecksum(polynomial: 0xEDB8_8320)

  func of(_ bytes: some Sequence<UInt8>) -> UInt32 {
    ~bytes.reduce(0xFFFF_FFFF) { $0 >> 8 ^ table[Int(UInt8(truncatingIfNeeded: $0) ^ $1)] }
  }
}
