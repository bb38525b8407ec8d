/// The text of a scalar in a form that every YAML parser reads as the same value.
enum ScalarText {
  /// The text on one line.
  static func inline(_ value: Node.Value, _ scalar: Node.Scalar) -> String {
    switch value {
    case .null: "null"
    case .bool(let value): value ? "true" : "false"
    case .int(let value): String(value)
    case .float(let value): FloatText.text(of: value)
    case .string(let text): isSafePlain(text) ? text : quoted(text)
    }
  }

  /// The text behind `|`, or nil if it has one line or holds what only quotes can show.
  static func literal(_ text: String, indentation: Int) -> String? {
    guard text.utf8.contains(Byte.lineFeed) else { return nil }
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    let ending: String
    if lines.last?.isEmpty == true {
      lines.removeLast()
      if lines.last?.isEmpty != false { return nil }
      ending = ""
    } else {
      ending = "-"
    }
    // Blanks at a line's edge are lost on the eye; at the first line's start they would mislead.
    for line in lines {
      if let last = line.utf8.last, Byte.isBlank(last) { return nil }
      guard line.unicodeScalars.allSatisfy(isShowable) else { return nil }
    }
    guard let first = lines.first?.utf8.first, !Byte.isBlank(first) else { return nil }
    let margin = String(repeating: " ", count: indentation)
    return "|" + ending
      + lines.map { $0.isEmpty ? "\n" : "\n" + margin + $0 }.joined()
  }

  /// A printable character or a tab, and none that some parsers take for a line break.
  private static func isShowable(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x09, 0x20..<0x7F, 0xA0..<0x2028, 0x202A..<0xD800, 0xE000..<0xFEFF, 0xFF00..<0xFFFE,
      0x10000...0x10FFFF:
      true
    default: false
    }
  }

  /// True if the text means itself without quotes, in YAML 1.1 as in 1.2.
  private static func isSafePlain(_ text: String) -> Bool {
    let bytes = Array(text.utf8)
    guard let first = bytes.first, let last = bytes.last else { return false }
    // Digits, signs and points may begin numbers, dates and times of day.
    let startsWell =
      first | 0x20 >= 0x61 && first | 0x20 <= 0x7A || first == UInt8(ascii: "_")
      || first == UInt8(ascii: "/") || first == UInt8(ascii: "$") || first >= 0x80
    guard startsWell, last != Byte.space, last != Byte.colon else { return false }
    if words.contains(text.lowercased()) { return false }
    guard text.unicodeScalars.allSatisfy({ isShowable($0) && $0 != "\t" }) else { return false }
    for (index, byte) in bytes.enumerated() {
      if Byte.isFlowIndicator(byte) && first != UInt8(ascii: "$") { return false }
      if byte == Byte.colon, bytes[index + 1] == Byte.space { return false }
      if byte == Byte.hash, bytes[index - 1] == Byte.space { return false }
    }
    return true
  }

  /// The words that YAML 1.1 or 1.2 takes for null or a truth value.
  private static let words: Set<String> = [
    "null", "true", "false", "yes", "no", "on", "off", "y", "n",
  ]

  /// The text in double quotes.
  static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\t": result += "\\t"
      case "\r": result += "\\r"
      case "\0": result += "\\0"
      default:
        if isShowable(scalar) {
          result.unicodeScalars.append(scalar)
        } else {
          let digits = String(scalar.value, radix: 16, uppercase: true)
          let width = scalar.value > 0xFFFF ? 8 : 4
          result += width == 8 ? "\\U" : "\\u"
          result += String(repeating: "0", count: max(0, width - digits.count)) + digits
        }
      }
    }
    return result + "\""
  }
}
