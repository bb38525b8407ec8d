/// Files packed by gzip (RFC 1952): one member or several, each with a checksum.
enum Gzip {
  static func isPacked(_ bytes: UnsafeRawBufferPointer) -> Bool {
    bytes.count >= 2 && bytes[0] == 0x1F && bytes[1] == 0x8B
  }

  /// The unpacked file.
  ///
  /// - Parameters:
  ///   - limit: bytes that it may take at most.
  static func unpack(_ file: MappedFile, limit: Int) throws(FormatError) -> MappedFile {
    do throws(UnpackProblem) {
      let bytes = file.bytes
      let output = try UnpackedBytes(limit: limit, expected: 4 * bytes.count)
      var place = 0
      // The size that the last bytes claim is that of one member, less multiples of 4 GiB.
      while place < bytes.count, place == 0 || bytes[place] == 0x1F {
        place = try member(bytes, at: place, into: output)
      }
      guard bytes[place...].allSatisfy({ $0 == 0 }) else {
        throw .damaged("bytes behind the end that are none of its")
      }
      return MappedFile(file.path, unpacked: output.release())
    } catch { throw FormatError(file.path, error.message) }
  }

  private static func member(
    _ bytes: UnsafeRawBufferPointer, at start: Int, into output: UnpackedBytes
  ) throws(UnpackProblem) -> Int {
    guard start + 18 <= bytes.count else { throw .cutOff }
    guard bytes[start] == 0x1F, bytes[start + 1] == 0x8B, bytes[start + 2] == 8 else {
      throw .damaged("it does not begin as gzip does")
    }
    let flags = bytes[start + 3]
    guard flags & 0xE0 == 0 else { throw .damaged("flags that gzip does not have") }
    var place = start + 10
    func skip(_ count: Int) throws(UnpackProblem) {
      guard count <= bytes.count - place else { throw .cutOff }
      place += count
    }
    func skipText() throws(UnpackProblem) {
      guard let end = bytes[place...].firstIndex(of: 0) else { throw .cutOff }
      place = end + 1
    }
    if flags & 4 != 0 {
      guard place + 2 <= bytes.count else { throw .cutOff }
      try skip(2 + Int(bytes[place]) + Int(bytes[place + 1]) << 8)
    }
    if flags & 8 != 0 { try skipText() }
    if flags & 16 != 0 { try skipText() }
    if flags & 2 != 0 { try skip(2) }
    let before = output.count
    place = try Inflate.unpack(bytes, at: place, into: output)
    guard place + 8 <= bytes.count else { throw .cutOff }
    func number(_ place: Int) -> UInt32 {
      UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: place, as: UInt32.self))
    }
    let own = UnsafeRawBufferPointer(rebasing: output.bytes[before...])
    guard number(place) == CRC32.of(own) else { throw .damaged("its checksum is another") }
    guard number(place + 4) == UInt32(truncatingIfNeeded: own.count) else {
      throw .damaged("its size is another than it says")
    }
    return place + 8
  }
}
