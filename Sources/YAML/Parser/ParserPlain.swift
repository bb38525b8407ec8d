// Plain scalars: text without quotes.
extension Parser {
  /// Parses a plain scalar; true if it is a key, with `:` behind it on its only line.
  ///
  /// Inside a flow collection the caller looks for the `:`, so the answer is false there.
  mutating func parsePlain(
    _ properties: Properties, minimum: Int, keyOnly: Bool
  ) throws(YAMLError) -> Bool {
    let start = position
    try checkPlainStart()
    var end = scanPlainLine()
    if !inFlow {
      position = end
      skipBlanks()
      if at(indicator: Byte.colon) || keyOnly {
        let isKey = at(indicator: Byte.colon)
        try emit(.scalar(Node.Scalar(text(start, end))), from: start, to: end, properties)
        return isKey
      }
    }
    // Most scalars have one line: only a second one calls for folding.
    var folded: [UInt8] = []
    var lines = 1
    while let breaks = nextPlainLine(after: end, minimum: minimum) {
      if lines == 1 { folded.append(contentsOf: bytes[start..<end]) }
      lines += 1
      fold(breaks, into: &folded)
      let from = position
      end = scanPlainLine()
      folded.append(contentsOf: bytes[from..<end])
    }
    position = end
    let content = lines == 1 ? text(start, end) : String(decoding: folded, as: UTF8.self)
    try emit(.scalar(Node.Scalar(content)), from: start, to: end, properties)
    if lines > 1, !inFlow {
      skipBlanks()
      if at(indicator: Byte.colon) { throw keyOfSeveralLines(at: start) }
      position = end
    }
    return false
  }

  func text(_ start: Int, _ end: Int) -> String {
    String(decoding: bytes[start..<max(start, end)], as: UTF8.self)
  }

  /// Joins two lines: one break becomes a space, more become one break less.
  func fold(_ breaks: Int, into text: inout [UInt8]) {
    if breaks == 1 {
      text.append(Byte.space)
    } else {
      text.append(contentsOf: repeatElement(Byte.lineFeed, count: max(0, breaks - 1)))
    }
  }

  /// True if a byte may stand in the middle of a plain scalar behind `:`, `-` or `?`.
  private func isPlainSafe(_ byte: UInt8) -> Bool {
    !Byte.isBlankOrBreak(byte) && !(inFlow && Byte.isFlowIndicator(byte))
  }

  private func checkPlainStart() throws(YAMLError) {
    switch current {
    case Byte.dash, Byte.question, Byte.colon:
      if isPlainSafe(byte(at: position + 1)) { return }
      throw error(
        "a text cannot be this sign alone", at: position, found: source.quotation(at: position),
        hint: "quote it")
    case UInt8(ascii: "@"), UInt8(ascii: "`"):
      throw error(
        "a text cannot begin with this sign, which is reserved", at: position,
        found: source.quotation(at: position), hint: "quote it")
    case Byte.percent, Byte.pipe, Byte.greater, Byte.hash, Byte.closeBracket, Byte.closeBrace,
      Byte.comma:
      throw error(
        "a text cannot begin with this sign", at: position,
        found: source.quotation(at: position), hint: "quote it")
    default: return
    }
  }

  /// Moves over the plain characters of this line; the end of the last that is no blank.
  private mutating func scanPlainLine() -> Int {
    var end = position
    let inFlow = self.inFlow
    while true {
      let byte = current
      if Byte.isBlank(byte) {
        position += 1
        continue
      }
      if byte == 0 || Byte.isBreak(byte) { break }
      if byte == Byte.colon, !isPlainSafe(self.byte(at: position + 1)) { break }
      if byte == Byte.hash, position > end { break }
      if inFlow, Byte.isFlowIndicator(byte) { break }
      position += 1
      end = position
    }
    return end
  }

  /// Moves to the next line of a plain scalar; the breaks passed, or nil if it has ended.
  private mutating func nextPlainLine(after end: Int, minimum: Int) -> Int? {
    position = end
    skipBlanks()
    guard Byte.isBreak(current) else { return nil }
    let line = lineStart
    var breaks = 0
    while Byte.isBreak(current) {
      skipBreak()
      breaks += 1
      let start = position
      while current == Byte.space { position += 1 }
      let spaces = position - start
      skipBlanks()
      if Byte.isBreak(current) { continue }
      let continues =
        !atEnd && spaces >= minimum && current != Byte.hash
        && !(position == lineStart && isMarker(at: position))
        && !(current == Byte.colon && !isPlainSafe(byte(at: position + 1)))
        && !(inFlow && Byte.isFlowIndicator(current))
      if continues { return breaks }
    }
    lineStart = line
    return nil
  }
}
