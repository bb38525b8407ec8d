/// A JSON value (RFC 8259); objects keep their order, and a key that stands twice is refused.
package indirect enum JSON: Sendable, Hashable {
  case null
  case bool(Bool)
  /// A number without fraction and exponent that fits Int.
  case integer(Int)
  case number(Double)
  case text(String)
  case list([JSON])
  case object([Member])

  package struct Member: Sendable, Hashable {
    package var key: String
    package var value: JSON
    package init(_ key: String, _ value: JSON) {
      self.key = key
      self.value = value
    }
  }

  package subscript(key: String) -> JSON? {
    guard case .object(let members) = self else { return nil }
    return members.first { $0.key == key }?.value
  }

  /// - Parameter file: the name that errors carry.
  package static func parse(
    _ bytes: UnsafeRawBufferPointer, file: String
  ) throws(FormatError) -> JSON {
    var reader = JSONReader(bytes: bytes, file: file)
    let value = try reader.value(depth: 0)
    reader.skipBlanks()
    guard reader.position == bytes.count else { throw reader.problem("text after the value") }
    return value
  }

  package static func parse(_ text: String, file: String) throws(FormatError) -> JSON {
    let bytes = Array(text.utf8)
    return try bytes.withUnsafeBytes { raw in
      Result { () throws(FormatError) in try parse(raw, file: file) }
    }.get()
  }

  package static func read(_ path: String) throws(FormatError) -> JSON {
    let file = try MappedFile(path)
    return try withExtendedLifetime(file) { () throws(FormatError) in
      try parse(file.bytes, file: file.path)
    }
  }

  /// The value as text on one line. Numbers that JSON cannot express are written as null.
  package var serialized: String {
    var text = ""
    write(to: &text)
    return text
  }

  private func write(to text: inout String) {
    switch self {
    case .null: text += "null"
    case .bool(let value): text += value ? "true" : "false"
    case .integer(let value): text += String(value)
    case .number(let value): text += value.isFinite ? String(value) : "null"
    case .text(let value): JSON.quote(value, into: &text)
    case .list(let values):
      text += "["
      for (place, value) in values.enumerated() {
        if place > 0 { text += "," }
        value.write(to: &text)
      }
      text += "]"
    case .object(let members):
      text += "{"
      for (place, member) in members.enumerated() {
        if place > 0 { text += "," }
        JSON.quote(member.key, into: &text)
        text += ":"
        member.value.write(to: &text)
      }
      text += "}"
    }
  }

  private static func quote(_ value: String, into text: inout String) {
    text += "\""
    for scalar in value.unicodeScalars {
      switch scalar {
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      case "\n": text += "\\n"
      case "\r": text += "\\r"
      case "\t": text += "\\t"
      case _ where scalar.value < 0x20:
        let digits = String(scalar.value, radix: 16)
        text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: text.unicodeScalars.append(scalar)
      }
    }
    text += "\""
  }
}

private struct JSONReader {
  let bytes: UnsafeRawBufferPointer
  let file: String
  var position = 0
  /// Deeper values would let a small file exhaust the stack.
  static let deepest = 64

  func problem(_ message: String) -> FormatError {
    FormatError(file, "no valid JSON at byte \(position): \(message)")
  }

  var current: UInt8? { position < bytes.count ? bytes[position] : nil }

  mutating func skipBlanks() {
    while let byte = current, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 {
      position += 1
    }
  }

  mutating func take(_ byte: Character) throws(FormatError) {
    guard current == byte.asciiValue else { throw problem("`\(byte)` expected") }
    position += 1
  }

  mutating func word(_ text: StaticString, _ value: JSON) throws(FormatError) -> JSON {
    for offset in 0..<text.utf8CodeUnitCount {
      guard current == text.utf8Start[offset] else { throw problem("`\(text)` expected") }
      position += 1
    }
    return value
  }

  mutating func value(depth: Int) throws(FormatError) -> JSON {
    guard depth < Self.deepest else { throw problem("nested deeper than \(Self.deepest) levels") }
    skipBlanks()
    switch current {
    case UInt8(ascii: "{"): return try object(depth)
    case UInt8(ascii: "["): return try list(depth)
    case UInt8(ascii: "\""): return .text(try string())
    case UInt8(ascii: "t"): return try word("true", .bool(true))
    case UInt8(ascii: "f"): return try word("false", .bool(false))
    case UInt8(ascii: "n"): return try word("null", .null)
    case nil: throw problem("the text ends where a value is expected")
    default: return try number()
    }
  }

  mutating func object(_ depth: Int) throws(FormatError) -> JSON {
    try take("{")
    var members: [JSON.Member] = []
    var keys: Set<String> = []
    skipBlanks()
    if current == UInt8(ascii: "}") {
      position += 1
      return .object([])
    }
    while true {
      skipBlanks()
      let key = try string()
      guard keys.insert(key).inserted else { throw problem("the key `\(key)` stands twice") }
      skipBlanks()
      try take(":")
      members.append(.init(key, try value(depth: depth + 1)))
      skipBlanks()
      if current == UInt8(ascii: ",") {
        position += 1
      } else {
        try take("}")
        return .object(members)
      }
    }
  }

  mutating func list(_ depth: Int) throws(FormatError) -> JSON {
    try take("[")
    var values: [JSON] = []
    skipBlanks()
    if current == UInt8(ascii: "]") {
      position += 1
      return .list([])
    }
    while true {
      values.append(try value(depth: depth + 1))
      skipBlanks()
      if current == UInt8(ascii: ",") {
        position += 1
      } else {
        try take("]")
        return .list(values)
      }
    }
  }

  mutating func number() throws(FormatError) -> JSON {
    let start = position
    func isDigit(_ byte: UInt8?) -> Bool { byte.map { $0 >= 0x30 && $0 <= 0x39 } ?? false }
    var whole = true
    if current == UInt8(ascii: "-") { position += 1 }
    guard isDigit(current) else { throw problem("a value expected") }
    if current == UInt8(ascii: "0") {
      position += 1
    } else {
      while isDigit(current) { position += 1 }
    }
    if current == UInt8(ascii: ".") {
      whole = false
      position += 1
      guard isDigit(current) else { throw problem("a digit expected") }
      while isDigit(current) { position += 1 }
    }
    if current == UInt8(ascii: "e") || current == UInt8(ascii: "E") {
      whole = false
      position += 1
      if current == UInt8(ascii: "+") || current == UInt8(ascii: "-") { position += 1 }
      guard isDigit(current) else { throw problem("a digit expected") }
      while isDigit(current) { position += 1 }
    }
    let text = String(decoding: bytes[start..<position], as: UTF8.self)
    if whole, let value = Int(text) { return .integer(value) }
    guard let value = Double(text) else { throw problem("`\(text)` is no number") }
    return .number(value)
  }

  mutating func string() throws(FormatError) -> String {
    try take("\"")
    var units: [UInt8] = []
    while let byte = current {
      position += 1
      switch byte {
      case UInt8(ascii: "\""):
        guard let text = String(validating: units, as: UTF8.self) else {
          throw problem("text that is not UTF-8")
        }
        return text
      case UInt8(ascii: "\\"):
        units.append(contentsOf: String(try escape()).utf8)
      case 0..<0x20: throw problem("a control character in text")
      default: units.append(byte)
      }
    }
    throw problem("text without its closing quote")
  }

  mutating func escape() throws(FormatError) -> Unicode.Scalar {
    guard let byte = current else { throw problem("text without its closing quote") }
    position += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(byte)
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{C}"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "u"):
      let first = try fourDigits()
      if let scalar = Unicode.Scalar(first) { return scalar }
      // A character beyond 16 bits is written as two halves.
      guard first < 0xDC00 else { throw problem("half of a surrogate pair") }
      try take("\\")
      try take("u")
      let second = try fourDigits()
      guard (0xDC00..<0xE000).contains(second),
        let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
      else { throw problem("half of a surrogate pair") }
      return scalar
    default: throw problem("an unknown escape")
    }
  }

  mutating func fourDigits() throws(FormatError) -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<4 {
      guard let byte = current, let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
        throw problem("four hexadecimal digits expected")
      }
      value = value << 4 | UInt32(digit)
      position += 1
    }
    return value
  }
}
