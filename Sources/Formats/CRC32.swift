/// The checksum of gzip, zip and PNG (ISO 3309).
package enum CRC32 {
  // By byte, and by byte with one to seven zeros behind it: eight bytes are taken at once.
  private static let tables: [UInt32] = {
    var first = (0..<256).map { number -> UInt32 in
      (0..<8).reduce(UInt32(number)) { value, _ in
        value & 1 == 1 ? value >> 1 ^ 0xEDB8_8320 : value >> 1
      }
    }
    var tables = [first]
    for _ in 1..<8 {
      let last = tables[tables.count - 1]
      tables.append(last.map { $0 >> 8 ^ first[Int($0 & 0xFF)] })
    }
    return tables.flatMap { $0 }
  }()

  /// - Parameter before: the checksum of what stands before these bytes.
  package static func of(_ bytes: UnsafeRawBufferPointer, after before: UInt32 = 0) -> UInt32 {
    tables.withUnsafeBufferPointer { table in
      var value = ~before
      var place = 0
      while place + 8 <= bytes.count {
        let word = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: place, as: UInt64.self))
        let mixed = word ^ UInt64(value)
        value = 0
        for lane in 0..<8 {
          value ^= table[(7 - lane) * 256 + Int(mixed >> UInt64(8 * lane) & 0xFF)]
        }
        place += 8
      }
      while place < bytes.count {
        value = value >> 8 ^ table[Int((value ^ UInt32(bytes[place])) & 0xFF)]
        place += 1
      }
      return ~value
    }
  }
}
