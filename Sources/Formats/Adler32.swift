/// The checksum of zlib (RFC 1950): two sums modulo 65521.
enum Adler32 {
  static func of(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
    var (low, high): (UInt32, UInt32) = (1, 0)
    var place = 0
    while place < bytes.count {
      // As many as leave both sums below 2³².
      let end = min(place + 5552, bytes.count)
      while place < end {
        low &+= UInt32(bytes[place])
        high &+= low
        place += 1
      }
      low %= 65521
      high %= 65521
    }
    return high << 16 | low
  }
}
