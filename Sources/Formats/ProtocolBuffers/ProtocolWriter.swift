/// A message in the wire format of Protocol Buffers, written field by field.
///
/// Each field is a key, `number << 3 | kind`, and its value: a variable-length number (kind 0), four bytes
/// (5), or a length and that many bytes (2), little-endian throughout.
package struct ProtocolWriter {
  /// What has been written.
  package private(set) var bytes: [UInt8] = []

  package init() {}

  /// Adds a whole number; one below zero takes ten bytes.
  package mutating func add(_ field: Int, _ number: Int) {
    key(field, 0)
    append(UInt64(bitPattern: Int64(number)))
  }

  package mutating func add(_ field: Int, _ number: Float) {
    key(field, 5)
    withUnsafeBytes(of: number.bitPattern.littleEndian) { bytes.append(contentsOf: $0) }
  }

  package mutating func add(_ field: Int, _ text: String) { add(field, bytes: Array(text.utf8)) }

  package mutating func add(_ field: Int, _ message: ProtocolWriter) {
    add(field, bytes: message.bytes)
  }

  package mutating func add(_ field: Int, bytes content: some Collection<UInt8>) {
    key(field, 2)
    append(UInt64(content.count))
    bytes.append(contentsOf: content)
  }

  /// Adds the bytes of numbers as they lie in memory.
  package mutating func add<Number: BitwiseCopyable>(_ field: Int, raw numbers: [Number]) {
    numbers.withUnsafeBytes { add(field, bytes: $0) }
  }

  /// Adds whole numbers as one packed field.
  package mutating func add(_ field: Int, packed numbers: [Int]) {
    var content = ProtocolWriter()
    for number in numbers { content.append(UInt64(bitPattern: Int64(number))) }
    add(field, content)
  }

  private mutating func key(_ field: Int, _ kind: Int) { append(UInt64(field << 3 | kind)) }

  /// Seven bits a byte, the lowest first; the highest bit tells that more follow.
  private mutating func append(_ number: UInt64) {
    var rest = number
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }
}
