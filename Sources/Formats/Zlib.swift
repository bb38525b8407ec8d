/// Deflated data between a header and a checksum (RFC 1950), as in PNG.
enum Zlib {
  /// Unpacks data of a known size.
  ///
  /// - Parameter size: bytes that they take unpacked.
  static func unpack(
    _ bytes: UnsafeRawBufferPointer, size: Int
  ) throws(UnpackProblem) -> UnpackedBytes {
    guard bytes.count >= 6 else { throw .cutOff }
    guard bytes[0] & 15 == 8, bytes[0] >> 4 <= 7, bytes.big16(0) % 31 == 0 else {
      throw .damaged("they do not begin as zlib does")
    }
    guard bytes[1] & 0x20 == 0 else { throw .damaged("they want a dictionary") }
    // Deflate packs 258 bytes into two bits at best: a size beyond that is a claim without data.
    guard size / 1032 <= bytes.count else { throw .cutOff }
    let output = try UnpackedBytes(limit: size, expected: size)
    let end = try Inflate.unpack(bytes, at: 2, into: output)
    guard output.count == size else {
      throw .damaged("\(output.count) bytes where \(size) are needed")
    }
    guard end + 4 <= bytes.count else { throw .cutOff }
    guard bytes.big32(end) == Int(Adler32.of(output.bytes)) else {
      throw .damaged("their checksum is another")
    }
    return output
  }

  /// Packs data.
  static func pack(_ bytes: [UInt8]) -> [UInt8] {
    // A window of 32 KiB; the second byte makes both a multiple of 31.
    var result: [UInt8] = [0x78, 0x5E]
    result += Deflate.pack(bytes)
    let sum = bytes.withUnsafeBytes { Adler32.of($0) }
    for shift: UInt32 in [24, 16, 8, 0] { result.append(UInt8(sum >> shift & 0xFF)) }
    return result
  }
}
