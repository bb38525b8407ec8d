/// A flow collection that has not ended.
struct FlowFrame {
  /// Its closing bracket.
  let close: UInt8
  /// The offset of its opening bracket.
  let open: Int
  var state = State.entry
  /// True inside a mapping of one entry without braces, as in `[a: b]`.
  var inPair = false
  /// Where the element began, the start of its line, and the number of events before it.
  var start = 0
  var line = 0
  var mark = 0

  /// What comes next, or what has just been parsed.
  enum State { case entry, element, key, value, separator }
}

// Flow collections: `[a, b]` and `{a: b}`. The open ones stand on a stack of the parser's own.
extension Parser {
  /// Parses a flow collection; its lines must be indented by `minimum` at least.
  mutating func parseFlowCollection(
    _ properties: Properties, minimum: Int
  ) throws(YAMLError) {
    try openFlow(properties)
    while let frame = flowFrames.last {
      switch frame.state {
      case .entry: try beginEntry(frame, minimum)
      case .element: try endElement(frame, minimum)
      case .key: try endKey(frame, minimum)
      case .value: try endValue(frame)
      case .separator: try separate(frame, minimum)
      }
    }
  }

  private mutating func openFlow(_ properties: Properties) throws(YAMLError) {
    let start = position
    let sequence = current == Byte.openBracket
    try enter(at: start)
    let kind: Event.Kind = sequence ? .sequenceStart(flow: true) : .mappingStart(flow: true)
    try emit(kind, from: start, to: start + 1, properties)
    position += 1
    let close = sequence ? Byte.closeBracket : Byte.closeBrace
    flowFrames.append(FlowFrame(close: close, open: start))
  }

  private mutating func closeFlow(_ frame: FlowFrame) throws(YAMLError) {
    position += 1
    let sequence = frame.close == Byte.closeBracket
    try emit(sequence ? .sequenceEnd : .mappingEnd, from: position, to: position)
    flowFrames.removeLast()
    adjacent = true
    leave()
  }

  private mutating func setState(_ state: FlowFrame.State, inPair: Bool? = nil) {
    guard !flowFrames.isEmpty else { return }
    flowFrames[flowFrames.count - 1].state = state
    if let inPair { flowFrames[flowFrames.count - 1].inPair = inPair }
  }

  /// At the start of an entry, or at the closing bracket.
  private mutating func beginEntry(_ frame: FlowFrame, _ minimum: Int) throws(YAMLError) {
    try skipFlowSpace(minimum: minimum, open: frame.open)
    if current == frame.close { return try closeFlow(frame) }
    if current == Byte.comma {
      throw error("there is nothing before this comma", at: position)
    }
    let explicit = at(indicator: Byte.question)
    if frame.close == Byte.closeBracket {
      let last = flowFrames.count - 1
      flowFrames[last].start = position
      flowFrames[last].line = lineStart
      flowFrames[last].mark = events.count
      guard explicit || atFlowValue(adjacent: false) else {
        setState(.element)
        return try parseFlowNode(frame, minimum)
      }
      try openMapping(before: events.count, flow: true, from: position, Properties())
      setState(.key, inPair: true)
    }
    setState(.key)
    if explicit {
      position += 1
      lastEnd = position
      try skipFlowSpace(minimum: minimum, open: frame.open)
    }
    if atFlowValue(adjacent: false) || explicit && atFlowEnd {
      adjacent = false
      return try emitEmpty(at: explicit ? lastEnd : position)
    }
    try parseFlowNode(frame, minimum)
  }

  /// Behind an element of a sequence, which may turn out to be a key.
  private mutating func endElement(_ frame: FlowFrame, _ minimum: Int) throws(YAMLError) {
    let end = position
    try skipFlowSpace(minimum: minimum, open: frame.open)
    guard atFlowValue(adjacent: adjacent) else { return setState(.separator) }
    guard lineStart == frame.line else { throw keyOfSeveralLines(at: frame.start) }
    if end - frame.start > 1024 { try checkKeyLength(from: frame.start) }
    try openMapping(before: frame.mark, flow: true, from: frame.start, Properties())
    setState(.key, inPair: true)
  }

  /// Behind a key: parses `:` and the value, or notes an empty value if there is no `:`.
  private mutating func endKey(_ frame: FlowFrame, _ minimum: Int) throws(YAMLError) {
    setState(.value)
    try skipFlowSpace(minimum: minimum, open: frame.open)
    guard atFlowValue(adjacent: adjacent) else { return try emitEmpty(at: lastEnd) }
    position += 1
    lastEnd = position
    try skipFlowSpace(minimum: minimum, open: frame.open)
    if atFlowEnd { return try emitEmpty(at: lastEnd) }
    try parseFlowNode(frame, minimum)
  }

  /// Behind a value.
  private mutating func endValue(_ frame: FlowFrame) throws(YAMLError) {
    if frame.inPair { try emit(.mappingEnd, from: lastEnd, to: lastEnd) }
    setState(.separator, inPair: false)
  }

  /// Behind an entry: at a comma or the closing bracket.
  private mutating func separate(_ frame: FlowFrame, _ minimum: Int) throws(YAMLError) {
    try skipFlowSpace(minimum: minimum, open: frame.open)
    if current == Byte.comma {
      position += 1
    } else if current != frame.close {
      throw flowEntryEnd(open: frame.open, close: frame.close)
    }
    setState(.entry)
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

  /// True at the `:` before a value; behind a quoted text or a bracket no blank need follow it.
  private func atFlowValue(adjacent: Bool) -> Bool {
    guard current == Byte.colon else { return false }
    let next = byte(at: position + 1)
    return adjacent || Byte.isBlankOrBreak(next) || Byte.isFlowIndicator(next)
  }

  private var atFlowEnd: Bool {
    current == Byte.comma || current == Byte.closeBracket || current == Byte.closeBrace
  }

  /// Parses a scalar or alias, or opens the collection that stands here.
  private mutating func parseFlowNode(_ frame: FlowFrame, _ minimum: Int) throws(YAMLError) {
    var properties = Properties()
    while current == Byte.ampersand || current == Byte.exclamation {
      properties = try merge(properties, try parseProperties())
      try skipFlowSpace(minimum: minimum, open: frame.open)
    }
    adjacent = false
    switch current {
    case Byte.asterisk:
      try parseAlias(properties)
    case Byte.doubleQuote, Byte.singleQuote:
      try parseQuoted(properties, minimum: minimum)
      adjacent = true
    case Byte.openBracket, Byte.openBrace:
      try openFlow(properties)
    default:
      if !properties.isEmpty, atFlowEnd || atFlowValue(adjacent: false) {
        return try emitEmpty(at: position, properties)
      }
      _ = try parsePlain(properties, minimum: minimum, keyOnly: false)
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
