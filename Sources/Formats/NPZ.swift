/// NumPy's archive of arrays: a zip file of `.npy` members, read where they are stored uncompressed.
package struct NPZ: Sendable {
  private struct Member {
    let name: String
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
      arrays[name] = try NPY.read(file, name: file.path + "/" + member.name, range: member.range)
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
      guard u16(place + 10) == 0 else {
        throw problem("the member `\(name)` is compressed; write it with numpy.savez")
      }
      let size = u32(place + 20)
      let local = u32(place + 42)
      guard size != 0xFFFF_FFFF, local != 0xFFFF_FFFF, size == u32(place + 24) else {
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
      members.append(Member(name: name, range: start..<start + size))
      place = next
    }
    return members
  }
}
