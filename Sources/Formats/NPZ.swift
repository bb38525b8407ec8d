/// NumPy's archive of arrays: a zip file of `.npy` members. What is stored as it is stays in the file until it is
/// asked for; what is compressed is unpacked when the archive is opened.
package struct NPZ: Sendable {
  private struct Member {
    let name: String
    /// The archive, or the member's unpacked bytes.
    let file: MappedFile
    let range: Range<Int>
  }
  /// Names of the arrays, without `.npy`, in the order of the archive.
  package let names: [String]
  private let arrays: [String: StoredArray]

  package subscript(name: String) -> StoredArray? { arrays[name] }

  package static func read(_ path: String) throws(FormatError) -> NPZ {
    try NPZ(try MappedFile(path))
  }

  private init(_ file: MappedFile) throws(FormatError) {
    var names: [String] = []
    var arrays: [String: StoredArray] = [:]
    for member in try NPZ.members(file) {
      guard member.name.hasSuffix(".npy") else {
        throw FormatError(file.path, "the member `\(member.name)` is no .npy array")
      }
      let name = String(member.name.dropLast(4))
      guard arrays[name] == nil else {
        throw FormatError(file.path, "the member `\(member.name)` stands twice")
      }
      arrays[name] = try NPY.read(
        member.file, name: file.path + "/" + member.name, range: member.range)
      names.append(name)
    }
    self.names = names
    self.arrays = arrays
  }

  /// Where the members' bytes lie, by the directory at the archive's end.
  private static func members(_ file: MappedFile) throws(FormatError) -> [Member] {
    let bytes = file.bytes
    func problem(_ message: String) -> FormatError { FormatError(file.path, message) }
    func u16(_ place: Int) -> Int {
      Int(UInt16(littleEndian: bytes.loadUnaligned(fromByteOffset: place, as: UInt16.self)))
    }
    func u32(_ place: Int) -> Int {
      Int(UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: place, as: UInt32.self)))
    }
    // The end record has 22 bytes and a comment of at most 65,535.
    var end = bytes.count - 22
    let earliest = max(0, end - 65_535)
    while end >= earliest, u32(end) != 0x0605_4B50 { end -= 1 }
    guard end >= earliest, end >= 0 else {
      throw problem("no zip archive, or cut off: it has no directory")
    }
    let number = u16(end + 10)
    let directorySize = u32(end + 12)
    var place = u32(end + 16)
    guard number != 0xFFFF, place <= end, directorySize <= end - place else {
      throw problem("the archive's directory lies outside of the file")
    }
    var members: [Member] = []
    for _ in 0..<number {
      guard place + 46 <= end, u32(place) == 0x0201_4B50 else {
        throw problem("the archive's directory is damaged at byte \(place)")
      }
      let nameLength = u16(place + 28)
      let extraLength = u16(place + 30)
      let next = place + 46 + nameLength + extraLength + u16(place + 32)
      guard next <= end else {
        throw problem("the archive's directory is damaged at byte \(place)")
      }
      let name = String(decoding: bytes[place + 46..<place + 46 + nameLength], as: UTF8.self)
      guard u16(place + 8) & 1 == 0 else { throw problem("the member `\(name)` is encrypted") }
      let method = u16(place + 10)
      guard method == 0 || method == 8 else {
        throw problem("the member `\(name)` is compressed in a way that NumPy does not")
      }
      let size = u32(place + 20)
      let unpackedSize = u32(place + 24)
      let local = u32(place + 42)
      guard size != 0xFFFF_FFFF, unpackedSize != 0xFFFF_FFFF, local != 0xFFFF_FFFF,
        method == 8 || size == unpackedSize
      else {
        throw problem("the member `\(name)` is larger than 4 GiB, or damaged")
      }
      guard local + 30 <= end, u32(local) == 0x0403_4B50 else {
        throw problem("the member `\(name)` lies outside of the file")
      }
      // The sizes in the member's own header may be placeholders; only its length is of use.
      let start = local + 30 + u16(local + 26) + u16(local + 28)
      guard start <= end, size <= end - start else {
        throw problem("the member `\(name)` lies outside of the file")
      }
      if method == 0 {
        members.append(Member(name: name, file: file, range: start..<start + size))
      } else {
        let packed = UnsafeRawBufferPointer(rebasing: bytes[start..<start + size])
        let unpacked = try unpack(
          packed, size: unpackedSize, checksum: UInt32(u32(place + 16)),
          name: file.path + "/" + name)
        members.append(Member(name: name, file: unpacked, range: 0..<unpacked.bytes.count))
      }
      place = next
    }
    return members
  }

  /// A compressed member's bytes.
  ///
  /// - Parameters:
  ///   - size, checksum: what the directory says of it.
  private static func unpack(
    _ packed: UnsafeRawBufferPointer, size: Int, checksum: UInt32, name: String
  ) throws(FormatError) -> MappedFile {
    do throws(UnpackProblem) {
      let output = try UnpackedBytes(
        limit: Swift.min(size, unpackedBytesLimit()), expected: size)
      let end = try Inflate.unpack(packed, at: 0, into: output)
      guard end == packed.count, output.count == size else {
        throw .damaged("its size is another than the directory says")
      }
      guard CRC32.of(output.bytes) == checksum else { throw .damaged("its checksum is another") }
      return MappedFile(name, unpacked: output.release())
    } catch { throw FormatError(name, error.message) }
  }
}
