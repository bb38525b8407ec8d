// Scalars in single and double quotes.
extension Parser {
  /// Parses a quoted scalar; its further lines must be indented by `minimum` at least.
  mutating func parseQuoted(_ properties: Properties, minimum: Int) throws(YAMLError) {
    let start = position
    let quote = current
    let double = quote == Byte.doubleQuote
    position += 1
    var content: [UInt8] = []
    // Blanks up to this length of `content` are meant, so folding must keep them.
    var kept = 0
    var plainFrom = position
    var copied = false
    while true {
      let byte = current
      if byte == quote {
        if !double, self.byte(at: position + 1) == quote {
          content.append(contentsOf: bytes[plainFrom...position])
          position += 2
          plainFrom = position
          copied = true
          continue
        }
        break
      }
      if byte == 0 { throw unclosedQuote(start) }
      if double, byte == Byte.backslash {
        content.append(contentsOf: bytes[plainFrom..<position])
        copied = true
        if Byte.isBreak(self.byte(at: position + 1)) {
          // An escaped break joins the lines and keeps the blanks before it.
          position += 1
          kept = content.count
          let breaks = try skipQuotedBreaks(minimum: minimum, open: start)
          content.append(contentsOf: repeatElement(Byte.lineFeed, count: max(0, breaks - 1)))
        } else {
          try parseEscape(into: &content)
        }
        kept = content.count
        plainFrom = position
      } else if Byte.isBreak(byte) {
        content.append(contentsOf: bytes[plainFrom..<position])
        copied = true
        while content.count > kept, let last = content.last, Byte.isBlank(last) {
          content.removeLast()
        }
        fold(try skipQuotedBreaks(minimum: minimum, open: start), into: &content)
        kept = content.count
        plainFrom = position
      } else {
        position += 1
      }
    }
    let string: String
    if copied {
      content.append(contentsOf: bytes[plainFrom..<position])
      string = String(decoding: content, as: UTF8.self)
    } else {
      string = text(plainFrom, position)
    }
    position += 1
    permit(from: start, to: position)
    let scalar = Node.Scalar(string, style: double ? .doubleQuoted : .singleQuoted)
    try emit(.scalar(scalar), from: start, to: position, properties)
  }

  private func unclosedQuote(_ start: Int) -> YAMLError {
    error(
      "the document ends before the quote is closed", at: position,
      related: related("the quote opens", start))
  }

  /// Skips a break, blank lines and the blanks before the next text; the breaks passed.
  private mutating func skipQuotedBreaks(minimum: Int, open: Int) throws(YAMLError) -> Int {
    var breaks = 0
    while Byte.isBreak(current) {
      skipBreak()
      breaks += 1
      if isMarker(at: position) { throw unclosedQuote(open) }
      let start = position
      while current == Byte.space { position += 1 }
      let spaces = position - start
      let tab = skipBlanks()
      if atLineEnd || spaces >= minimum { continue }
      if tab { throw tabError(at: start + spaces) }
      throw error(
        "this line inside quotes must be indented by \(minimum) or more", at: position,
        found: source.quotation(at: position), related: related("the quote opens", open))
    }
    return breaks
  }

  /// Reads an escape and appends what it stands for.
  private mutating func parseEscape(into content: inout [UInt8]) throws(YAMLError) {
    let start = position
    let letter = byte(at: position + 1)
    position += 2
    switch letter {
    case UInt8(ascii: "0"): content.append(0)
    case UInt8(ascii: "a"): content.append(0x07)
    case UInt8(ascii: "b"): content.append(0x08)
    case UInt8(ascii: "t"), Byte.tab: content.append(Byte.tab)
    case UInt8(ascii: "n"): content.append(Byte.lineFeed)
    case UInt8(ascii: "v"): content.append(0x0B)
    case UInt8(ascii: "f"): content.append(0x0C)
    case UInt8(ascii: "r"): content.append(Byte.carriageReturn)
    case UInt8(ascii: "e"): content.append(0x1B)
    case Byte.space, Byte.doubleQuote, UInt8(ascii: "/"), Byte.backslash: content.append(letter)
    case UInt8(ascii: "N"): append(0x85, to: &content)
    case UInt8(ascii: "_"): append(0xA0, to: &content)
    case UInt8(ascii: "L"): append(0x2028, to: &content)
    case UInt8(ascii: "P"): append(0x2029, to: &content)
    case UInt8(ascii: "x"): append(try digits(2, of: start), to: &content)
    case UInt8(ascii: "u"): append(try unicodeEscape(start), to: &content)
    case UInt8(ascii: "U"):
      let value = try digits(8, of: start)
      guard Unicode.Scalar(value) != nil else { throw noCharacter(start) }
      append(value, to: &content)
    default:
      throw error(
        "this escape is not known", at: start, found: source.quotation(at: start),
        hint: "write `\\\\` for a backslash, or use single quotes")
    }
  }

  /// Reads the four digits behind `\u`, and the second half of a surrogate pair as JSON has it.
  private mutating func unicodeEscape(_ start: Int) throws(YAMLError) -> UInt32 {
    let value = try digits(4, of: start)
    guard (0xD800..<0xE000).contains(value) else { return value }
    guard value < 0xDC00, current == Byte.backslash, byte(at: position + 1) == UInt8(ascii: "u")
    else { throw noCharacter(start) }
    position += 2
    let low = try digits(4, of: start)
    guard (0xDC00..<0xE000).contains(low) else { throw noCharacter(start) }
    return 0x10000 + (value - 0xD800) << 10 + (low - 0xDC00)
  }

  private func noCharacter(_ start: Int) -> YAMLError {
    error("this escape stands for no character", at: start, found: source.quotation(at: start))
  }

  private mutating func digits(_ count: Int, of start: Int) throws(YAMLError) -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<count {
      guard let digit = Byte.hexadecimal(current) else {
        throw error(
          "this escape needs \(count) hexadecimal digits", at: start,
          found: source.quotation(at: start))
      }
      value = value << 4 | digit
      position += 1
    }
    return value
  }

  private func append(_ value: UInt32, to content: inout [UInt8]) {
    guard let scalar = Unicode.Scalar(value), let encoded = UTF8.encode(scalar) else { return }
    content.append(contentsOf: encoded)
  }
}
