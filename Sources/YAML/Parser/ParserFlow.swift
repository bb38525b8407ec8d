// Flow collections: `[a, b]` and `{a: b}`.
extension Parser {
  /// Parses a flow collection; its lines must be indented by `minimum` at least.
  mutating func parseFlowCollection(
    _ properties: Properties, minimum: Int
  ) throws(YAMLError) {
    let start = position
    try enter(at: start)
    flowDepth += 1
    if current == Byte.openBracket {
      try emit(.sequenceStart(flow: true), from: start, to: start + 1, properties)
      position += 1
      try parseFlowEntries(minimum: minimum, open: start, close: Byte.closeBracket)
      try emit(.sequenceEnd, from: position, to: position)
    } else {
      try emit(.mappingStart(flow: true), from: start, to: start + 1, properties)
      position += 1
      try parseFlowEntries(minimum: minimum, open: start, close: Byte.closeBrace)
      try emit(.mappingEnd, from: position, to: position)
    }
    flowDepth -= 1
    leave()
  }

  /// Parses the entries and the closing bracket.
  private mutating func parseFlowEntries(
    minimum: Int, open: Int, close: UInt8
  ) throws(YAMLError) {
    try skipFlowSpace(minimum: minimum, open: open)
    while current != close {
      if current == Byte.comma {
        throw error("there is nothing before this comma", at: position)
      }
      if close == Byte.closeBracket {
        try parseFlowElement(minimum: minimum, open: open)
      } else {
        try parseFlowEntry(minimum: minimum, open: open)
      }
      try skipFlowSpace(minimum: minimum, open: open)
      if current == Byte.comma {
        position += 1
        try skipFlowSpace(minimum: minimum, open: open)
      } else if current != close {
        throw flowEntryEnd(open: open, close: close)
      }
    }
    position += 1
  }

  private func flowEntryEnd(open: Int, close: UInt8) -> YAMLError {
    if atEnd || column == Parser.ended { return unclosed(open) }
    if current == Byte.hash { return error("a comment needs a space before its `#`", at: position) }
    let bracket = close == Byte.closeBracket ? "]" : "}"
    return error(
      "a comma or `\(bracket)` is missing", at: position, found: source.quotation(at: position),
      related: related("the bracket opens", open))
  }

  func unclosed(_ open: Int) -> YAMLError {
    let bracket = byte(at: open) == Byte.openBracket ? "[" : "{"
    return error(
      "the document ends before the bracket `\(bracket)` is closed", at: position,
      related: related("the bracket opens", open))
  }

  /// Parses an entry of a mapping.
  private mutating func parseFlowEntry(minimum: Int, open: Int) throws(YAMLError) {
    var adjacent = false
    if at(indicator: Byte.question) {
      position += 1
      lastEnd = position
      try skipFlowSpace(minimum: minimum, open: open)
      if atFlowValue(adjacent: false) || atFlowEnd {
        try emitEmpty(at: lastEnd)
      } else {
        adjacent = try parseFlowNode(minimum: minimum, open: open)
      }
    } else if atFlowValue(adjacent: false) {
      try emitEmpty(at: position)
    } else {
      adjacent = try parseFlowNode(minimum: minimum, open: open)
    }
    try skipFlowSpace(minimum: minimum, open: open)
    try parseFlowValue(adjacent: adjacent, minimum: minimum, open: open)
  }

  /// Parses an element of a sequence, which may be a mapping of one entry without braces.
  private mutating func parseFlowElement(minimum: Int, open: Int) throws(YAMLError) {
    let start = position
    let mark = events.count
    if at(indicator: Byte.question) || atFlowValue(adjacent: false) {
      try openMapping(before: mark, flow: true, from: start, Properties())
      try parseFlowEntry(minimum: minimum, open: open)
      return try emit(.mappingEnd, from: lastEnd, to: lastEnd)
    }
    let line = lineStart
    let adjacent = try parseFlowNode(minimum: minimum, open: open)
    let end = position
    try skipFlowSpace(minimum: minimum, open: open)
    guard atFlowValue(adjacent: adjacent) else { return }
    guard lineStart == line else { throw keyOfSeveralLines(at: start) }
    if end - start > 1024 { try checkKeyLength(from: start) }
    try openMapping(before: mark, flow: true, from: start, Properties())
    try parseFlowValue(adjacent: adjacent, minimum: minimum, open: open)
    try emit(.mappingEnd, from: lastEnd, to: lastEnd)
  }

  /// Parses `:` and a value, or notes an empty value if there is no `:`.
  private mutating func parseFlowValue(
    adjacent: Bool, minimum: Int, open: Int
  ) throws(YAMLError) {
    guard atFlowValue(adjacent: adjacent) else { return try emitEmpty(at: lastEnd) }
    position += 1
    lastEnd = position
    try skipFlowSpace(minimum: minimum, open: open)
    if atFlowEnd {
      try emitEmpty(at: lastEnd)
    } else {
      _ = try parseFlowNode(minimum: minimum, open: open)
    }
  }

  /// True at the `:` before a value; behind a quoted text or a bracket no blank need follow it.
  private func atFlowValue(adjacent: Bool) -> Bool {
    guard current == Byte.colon else { return false }
    let next = byte(at: position + 1)
    return adjacent || Byte.isBlankOrBreak(next) || Byte.isFlowIndicator(next)
  }

  private var atFlowEnd: Bool {
    current == Byte.comma || current == Byte.closeBracket || current == Byte.closeBrace
  }

  /// Parses a node; true if a `:` may follow without a blank behind it.
  private mutating func parseFlowNode(minimum: Int, open: Int) throws(YAMLError) -> Bool {
    var properties = Properties()
    while current == Byte.ampersand || current == Byte.exclamation {
      properties = try merge(properties, try parseProperties())
      try skipFlowSpace(minimum: minimum, open: open)
    }
    switch current {
    case Byte.asterisk:
      try parseAlias(properties)
      return false
    case Byte.doubleQuote, Byte.singleQuote:
      try parseQuoted(properties, minimum: minimum)
      return true
    case Byte.openBracket, Byte.openBrace:
      try parseFlowCollection(properties, minimum: minimum)
      return true
    default:
      if !properties.isEmpty, atFlowEnd || atFlowValue(adjacent: false) {
        try emitEmpty(at: position, properties)
        return false
      }
      if atEnd { throw unclosed(open) }
      _ = try parsePlain(properties, minimum: minimum, keyOnly: false)
      return false
    }
  }

  /// Skips blanks, comments and line breaks between the parts of a flow collection.
  private mutating func skipFlowSpace(minimum: Int, open: Int) throws(YAMLError) {
    while true {
      skipBlanks()
      if atComment { skipToLineEnd() }
      guard Byte.isBreak(current) else {
        if atEnd { throw unclosed(open) }
        return
      }
      skipBreak()
      if isMarker(at: position) { throw unclosed(open) }
      let start = position
      while current == Byte.space { position += 1 }
      let spaces = position - start
      let tab = skipBlanks()
      if atLineEnd || atComment || spaces >= minimum { continue }
      // The specification asks the closing bracket to be indented as well; everybody aligns it with
      // the key, and it can mean nothing else there.
      let closes = current == Byte.closeBracket || current == Byte.closeBrace
      if closes, !tab, spaces + 1 == minimum { continue }
      if tab { throw tabError(at: start + spaces) }
      throw error(
        "this line inside a bracket must be indented by \(minimum) or more", at: position,
        found: source.quotation(at: position), related: related("the bracket opens", open))
    }
  }
}
