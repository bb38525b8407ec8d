/// The format of the MNIST files: `00 00 type axes`, the extents, then the data, all big-endian; packed by
/// gzip or not.
package enum IDX {
  /// Opens a file; the values stay in it until they are asked for.
  package static func read(_ path: String) throws(FormatError) -> StoredArray {
    try read(MappedFile.unpacking(path))
  }

  /// Reads a file that was opened, and unpacked if need be.
  package static func read(_ file: MappedFile) throws(FormatError) -> StoredArray {
    let bytes = file.bytes
    guard bytes.count >= 4 else {
      throw FormatError(file.path, "no IDX file: \(bytes.count) bytes, the header takes 4 or more")
    }
    let types: [UInt8: ElementType] = [
      0x08: .uint8, 0x09: .int8, 0x0B: .int16, 0x0C: .int32, 0x0D: .float32, 0x0E: .float64,
    ]
    guard bytes[0] == 0, bytes[1] == 0, let type = types[bytes[2]] else {
      let found = bytes.prefix(4).map { byte in
        (byte < 16 ? "0" : "") + String(byte, radix: 16)
      }
      throw FormatError(
        file.path,
        "no IDX file: it begins with \(found.joined(separator: " ")), not with 00 00 and a type of "
          + "08, 09, 0b, 0c, 0d or 0e")
    }
    let axes = Int(bytes[3])
    let start = 4 + 4 * axes
    guard bytes.count >= start else {
      throw FormatError(file.path, "the file ends in its header of \(axes) extents")
    }
    let shape = (0..<axes).map { axis in
      Int(UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: 4 + 4 * axis, as: UInt32.self)))
    }
    return try StoredArray(
      file, name: file.path, range: start..<bytes.count, type: type, shape: shape, bigEndian: true)
  }
}
