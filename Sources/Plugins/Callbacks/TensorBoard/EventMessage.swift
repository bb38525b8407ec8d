/// A message of an event file, field by field in the wire format of Protocol Buffers.
struct EventMessage {
  private(set) var bytes: [UInt8] = []

  mutating func add(_ field: Int, _ number: Int) {
    append(UInt64(field << 3))
    append(UInt64(bitPattern: Int64(number)))
  }

  mutating func add(_ field: Int, _ number: Double) {
    append(UInt64(field << 3 | 1))
    append(raw: number.bitPattern)
  }

  mutating func add(_ field: Int, _ number: Float) {
    append(UInt64(field << 3 | 5))
    append(raw: number.bitPattern)
  }

  mutating func add(_ field: Int, _ text: String) { add(field, bytes: Array(text.utf8)) }

  mutating func add(_ field: Int, _ message: EventMessage) { add(field, bytes: message.bytes) }

  mutating func add(_ field: Int, bytes content: [UInt8]) {
    append(UInt64(field << 3 | 2))
    append(UInt64(content.count))
    bytes += content
  }

  /// Numbers as one field.
  mutating func add(_ field: Int, packed numbers: [Double]) {
    var content = EventMessage()
    for number in numbers { content.append(raw: number.bitPattern) }
    add(field, content)
  }

  /// The same number in little-endian bytes.
  mutating func append(raw number: some FixedWidthInteger) {
    withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) }
  }

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

extension EventMessage {
  /// A message that is filled in a closure.
  static func make(_ fill: (inout EventMessage) -> Void) -> EventMessage {
    var message = EventMessage()
    fill(&message)
    return message
  }
}
