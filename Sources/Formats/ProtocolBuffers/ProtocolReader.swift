/// Reads the fields of a message in the wire format of Protocol Buffers, one after another.
package struct ProtocolReader {
  /// The value of a field.
  package enum Value {
    case number(UInt64)
    case fixed64(UInt64)
    case fixed32(UInt32)
    case bytes(UnsafeRawBufferPointer)
  }

  private let file: String
  private let bytes: UnsafeRawBufferPointer
  private var place = 0

  /// - Parameter file: what is read, for errors.
  package init(_ bytes: UnsafeRawBufferPointer, of file: String) {
    self.bytes = bytes
    self.file = file
  }

  /// The next field; `nil` at the end.
  package mutating func next() throws(FormatError) -> (field: Int, value: Value)? {
    guard place < bytes.count else { return nil }
    let key = try number()
    guard let field = Int(exactly: key >> 3), field > 0 else {
      throw FormatError(file, "has a field without a number at byte \(place)")
    }
    switch key & 7 {
    case 0: return (field, .number(try number()))
    case 1: return (field, .fixed64(UInt64(littleEndian: try load(UInt64.self))))
    case 2:
      let length = try number()
      guard length <= UInt64(bytes.count - place) else {
        throw FormatError(file, "ends within a field that claims \(length) bytes")
      }
      let start = place
      place += Int(length)
      return (field, .bytes(UnsafeRawBufferPointer(rebasing: bytes[start..<place])))
    case 5: return (field, .fixed32(UInt32(littleEndian: try load(UInt32.self))))
    default: throw FormatError(file, "has a field of the unknown kind \(key & 7) at byte \(place)")
    }
  }

  private mutating func load<Number: BitwiseCopyable>(
    _ type: Number.Type
  ) throws(FormatError) -> Number {
    guard bytes.count - place >= MemoryLayout<Number>.size else {
      throw FormatError(file, "ends within a number")
    }
    defer { place += MemoryLayout<Number>.size }
    return bytes.loadUnaligned(fromByteOffset: place, as: type)
  }

  private mutating func number() throws(FormatError) -> UInt64 {
    var result: UInt64 = 0
    var shift: UInt64 = 0
    while place < bytes.count {
      let byte = bytes[place]
      place += 1
      result |= UInt64(byte & 0x7F) << shift
      if byte < 0x80 { return result }
      shift += 7
      guard shift < 64 else { throw FormatError(file, "has a number of more than 64 bits") }
    }
    throw FormatError(file, "ends within a number")
  }
}

extension ProtocolReader.Value {
  /// A whole number; `nil` for other kinds.
  package var integer: Int? {
    if case .number(let bits) = self { Int(Int64(bitPattern: bits)) } else { nil }
  }

  package var float: Float? {
    if case .fixed32(let bits) = self { Float(bitPattern: bits) } else { nil }
  }

  package var content: UnsafeRawBufferPointer? {
    if case .bytes(let bytes) = self { bytes } else { nil }
  }

  package var text: String? { content.map { String(decoding: $0, as: UTF8.self) } }

  /// Whole numbers, packed or one; `nil` for other kinds.
  package func integers(of file: String) throws(FormatError) -> [Int]? {
    if let integer { return [integer] }
    guard let content else { return nil }
    var reader = ProtocolReader(content, of: file)
    return try reader.packed()
  }
}

extension ProtocolReader {
  fileprivate mutating func packed() throws(FormatError) -> [Int] {
    var result: [Int] = []
    while place < bytes.count { result.append(Int(Int64(bitPattern: try number()))) }
    return result
  }
}
