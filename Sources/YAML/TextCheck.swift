/// One pass over a text before it is parsed: valid UTF-8, no control characters, where lines start.
struct TextCheck {
  /// The offset of each line's first byte.
  private(set) var lineStarts: [Int] = []
  /// Characters that may stand in quotes only, as JSON allows them there.
  private(set) var onlyInQuotes: [Int] = []

  init(_ bytes: [UInt8], name: String) throws(YAMLError) {
    let hasMark = bytes.starts(with: [0xEF, 0xBB, 0xBF])
    var index = hasMark ? 3 : 0
    lineStarts.append(index)
    while index < bytes.count {
      let byte = bytes[index]
      if byte >= 0x20 && byte < 0x7F {
        index += 1
      } else if byte == Byte.lineFeed {
        index += 1
        lineStarts.append(index)
      } else if byte == Byte.carriageReturn {
        index += 1
        if index < bytes.count, bytes[index] == Byte.lineFeed { index += 1 }
        lineStarts.append(index)
      } else if byte == Byte.tab {
        index += 1
      } else if byte < 0x20 {
        let kind = byte == 0 ? "NUL" : "control"
        throw error(
          "a \(kind) character is not allowed", bytes, at: index, name,
          found: hexadecimal(UInt32(byte)))
      } else if let (value, length) = TextCheck.scalar(bytes, at: index) {
        if !TextCheck.isPrintable(value) { onlyInQuotes.append(index) }
        index += length
      } else {
        throw error(
          "the text is not valid UTF-8", bytes, at: index, name,
          found: "the byte 0x" + String(byte, radix: 16, uppercase: true))
      }
    }
  }

  private func error(
    _ message: String, _ bytes: [UInt8], at offset: Int, _ name: String, found: String
  ) -> YAMLError {
    // The rest may not be UTF-8: the excerpt ends before the place.
    let source = SourceText(name: name, bytes: Array(bytes[..<offset]), lineStarts: lineStarts)
    return source.error(message, at: offset, found: found)
  }

  private func hexadecimal(_ value: UInt32) -> String {
    let digits = String(value, radix: 16, uppercase: true)
    return "U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
  }

  /// The scalar and its length at a place, or nil if the bytes there are not UTF-8.
  static func scalar(_ bytes: [UInt8], at index: Int) -> (value: UInt32, length: Int)? {
    let first = UInt32(bytes[index])
    let length: Int
    var value: UInt32
    switch first {
    case 0..<0x80: return (first, 1)
    case 0xC2...0xDF: (length, value) = (2, first & 0x1F)
    case 0xE0...0xEF: (length, value) = (3, first & 0x0F)
    case 0xF0...0xF4: (length, value) = (4, first & 0x07)
    default: return nil
    }
    guard index + length <= bytes.count else { return nil }
    for place in 1..<length {
      let next = UInt32(bytes[index + place])
      guard next & 0xC0 == 0x80 else { return nil }
      value = value << 6 | next & 0x3F
    }
    // Overlong forms, surrogates and what lies beyond the last plane.
    if length == 3 && (value < 0x800 || (0xD800...0xDFFF).contains(value)) { return nil }
    if length == 4 && (value < 0x10000 || value > 0x10FFFF) { return nil }
    return (value, length)
  }

  private static func isPrintable(_ value: UInt32) -> Bool {
    switch value {
    case 0x7F..<0x85, 0x86..<0xA0, 0xFEFF, 0xFFFE, 0xFFFF: false
    default: true
    }
  }
}
