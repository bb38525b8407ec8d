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
      try members(of: bytes, into: output) { start throws(UnpackProblem) in
        CRC32.of(UnsafeRawBufferPointer(rebasing: output.bytes[start...]))
      }
      return MappedFile(file.path, unpacked: output.release())
    } catch { throw FormatError(file.path, error.message) }
  }

  /// Unpacks into another file; both may be larger than memory.
  ///
  /// - Parameters:
  ///   - limit: bytes that it may take at most.
  /// - Throws: ``FormatError``, with the target's path where that cannot be written or would be too large.
  static func unpack(
    _ file: MappedFile, to target: AtomicFile, limit: Int
  ) throws(FormatError) {
    do throws(UnpackProblem) {
      var checksum: UInt32 = 0
      var sinceRelease = 0
      let output = try UnpackedBytes(limit: limit) { part throws(UnpackProblem) in
        checksum = CRC32.of(part, after: checksum)
        do throws(FormatError) { try target.write(part) } catch { throw .unwritable(error) }
        sinceRelease += part.count
        guard sinceRelease > 1 << 26 else { return }
        // Pages that were read count as memory until they are given back.
        file.release(0..<file.bytes.count)
        sinceRelease = 0
      }
      try members(of: file.bytes, into: output) { _ throws(UnpackProblem) in
        try output.flush()
        defer { checksum = 0 }
        return checksum
      }
      file.release(0..<file.bytes.count)
    } catch {
      switch error {
      // Not the packed file is to blame.
      case .tooLarge(let limit):
        throw FormatError(
          target.path, "has no room: \(file.path) unpacked takes more than \(limit) bytes")
      case .unwritable(let error): throw error
      case .cutOff, .damaged: throw FormatError(file.path, error.message)
      }
    }
  }

  /// - Parameter checksum: that of what was unpacked from a place on.
  private static func members(
    of bytes: UnsafeRawBufferPointer, into output: UnpackedBytes,
    checksum: (Int) throws(UnpackProblem) -> UInt32
  ) throws(UnpackProblem) {
    var place = 0
    // The size that the last bytes claim is that of one member, less multiples of 4 GiB.
    while place < bytes.count, place == 0 || bytes[place] == 0x1F {
      place = try member(bytes, at: place, into: output, checksum)
    }
    guard bytes[place...].allSatisfy({ $0 == 0 }) else {
      throw .damaged("bytes behind the end that are none of its")
    }
  }

  private static func member(
    _ bytes: UnsafeRawBufferPointer, at start: Int, into output: UnpackedBytes,
    _ checksum: (Int) throws(UnpackProblem) -> UInt32
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
    guard number(place) == (try checksum(before)) else { throw .damaged("its checksum is another") }
    guard number(place + 4) == UInt32(truncatingIfNeeded: output.count - before) else {
      throw .damaged("its size is another than it says")
    }
    return place + 8
  }
}
