/// A block collection that has not ended.
struct BlockFrame {
  /// The indentation of its entries.
  let column: Int
  let kind: Kind

  enum Kind {
    case sequence
    case mapping(MappingState)
  }
  /// What of a mapping has been parsed last.
  enum MappingState { case explicitKey, value }
}

/// A block node that comes next, and where.
struct BlockRequest {
  /// The indentation of the collection that holds the node; -1 at the root.
  var parent: Int
  /// A sequence may be indented as much as its parent, as below a mapping's key.
  var mayAlign: Bool
  /// A collection may start on the line of the indicator, as behind `- `.
  var compact: Bool
}

// Block collections and what stands in them. The collections that are open stand on a stack of the
// parser's own: a thread's stack may be small, and texts from elsewhere may be deep.
extension Parser {
  /// Parses a block node behind an indicator, or at this place, with all that it holds.
  mutating func parseBlock(behindIndicator: Bool) throws(YAMLError) {
    var request: BlockRequest? = BlockRequest(parent: -1, mayAlign: false, compact: false)
    if !behindIndicator {
      request = try parseBlockContent(
        BlockRequest(parent: -1, mayAlign: false, compact: false), onNewLine: true)
    }
    while true {
      if let next = request {
        request = try parseBlockNode(next)
      } else if !blockFrames.isEmpty {
        request = try continueCollection()
      } else {
        return
      }
    }
  }

  /// Parses what follows an indicator; the node that comes next if this one is a collection.
  private mutating func parseBlockNode(
    _ request: BlockRequest
  ) throws(YAMLError) -> BlockRequest? {
    let indicatorEnd = position
    let tab = skipBlanks()
    if atLineEnd || atComment {
      try finishLine()
      guard try isInside(request) else {
        try emitEmpty(at: indicatorEnd)
        return nil
      }
      return try parseBlockContent(request, onNewLine: true)
    }
    var request = request
    request.compact = request.compact && !tab
    return try parseBlockContent(request, onNewLine: false)
  }

  /// True if the line reached belongs to a node below `parent`.
  private func isInside(_ request: BlockRequest) throws(YAMLError) -> Bool {
    if column > request.parent { return true }
    if column == Parser.ended { return false }
    if tabbed { throw tabError(at: lineStart + column) }
    return request.mayAlign && column == request.parent && at(indicator: Byte.dash)
  }

  /// Parses a block node whose first character, or first property, is here.
  private mutating func parseBlockContent(
    _ request: BlockRequest, onNewLine: Bool
  ) throws(YAMLError) -> BlockRequest? {
    var outer = Properties()
    var inner = Properties()
    var keyAllowed = onNewLine ? !tabbed : request.compact
    var nodeColumn = onNewLine ? column : position - lineStart
    var start = position
    while true {
      start = position
      inner = try parseProperties()
      guard !inner.isEmpty, atLineEnd || atComment else { break }
      // Properties alone on their line belong to the whole node below.
      outer = try merge(outer, inner)
      inner = Properties()
      try finishLine()
      guard try isInside(request) else {
        try emitEmpty(at: outer.end, outer)
        return nil
      }
      (keyAllowed, nodeColumn) = (!tabbed, column)
    }
    if at(indicator: Byte.dash) {
      guard keyAllowed, inner.isEmpty else { throw misplaced("a sequence", inner) }
      try emit(.sequenceStart(flow: false), from: position, to: position, outer)
      try enter(at: position)
      return nextElement(column: nodeColumn)
    }
    if at(indicator: Byte.question) {
      guard keyAllowed, inner.isEmpty else { throw misplaced("a mapping", inner) }
      try emit(.mappingStart(flow: false), from: position, to: position, outer)
      try enter(at: position)
      return try nextEntry(column: nodeColumn)
    }
    if current == Byte.pipe || current == Byte.greater {
      try parseBlockScalar(parent: request.parent, try merge(outer, inner))
      return nil
    }
    let mark = events.count
    if try parseAtom(inner, minimum: request.parent + 1, keyOnly: false) {
      guard keyAllowed else { throw misplaced("a mapping", Properties()) }
      try checkKeyLength(from: start)
      try openMapping(before: mark, flow: false, from: start, outer)
      try enter(at: start)
      return nextValue(column: nodeColumn, compact: false)
    }
    if !outer.isEmpty, events.indices.contains(mark) {
      if case .alias = events[mark].kind { throw propertiesOnAlias(at: outer.start) }
      let merged = try merge(outer, inner)
      events[mark].tag = merged.tag
      events[mark].anchor = merged.anchor
    }
    try finishLine()
    return nil
  }

  private func misplaced(_ what: String, _ properties: Properties) -> YAMLError {
    if !properties.isEmpty {
      return error(
        "a tag or an anchor of \(what) must stand on the line before it", at: properties.start)
    }
    if tabbed || byte(at: position - 1) == Byte.tab { return tabError(at: position) }
    return error(
      "\(what) cannot start on this line", at: position, found: source.quotation(at: position),
      hint: "begin it on a line of its own, or quote the text")
  }

  func propertiesOnAlias(at offset: Int) -> YAMLError {
    error("an alias cannot have a tag or an anchor of its own", at: offset)
  }

  /// A key on one line may be 1024 characters long, so that a reader need not look further.
  func checkKeyLength(from start: Int) throws(YAMLError) {
    if position - start > 1024, source.scalarCount(from: start, to: position) > 1024 {
      throw error(
        "a key cannot be longer than 1024 characters", at: start, hint: "write it behind `? `")
    }
  }

  /// Goes on with the innermost collection behind one of its nodes, or ends it.
  private mutating func continueCollection() throws(YAMLError) -> BlockRequest? {
    guard let frame = blockFrames.popLast() else { return nil }
    let own = frame.column
    switch frame.kind {
    case .sequence:
      if column == own, !tabbed, at(indicator: Byte.dash) { return nextElement(column: own) }
      if column > own { throw deeper(than: own, "an entry of the sequence") }
      try emit(.sequenceEnd, from: lastEnd, to: lastEnd)
    case .mapping(let state):
      if case .explicitKey = state {
        if column == own, !tabbed, at(indicator: Byte.colon) {
          return nextValue(column: own, compact: true)
        }
        try emitEmpty(at: lastEnd)
      }
      if column == own, !tabbed { return try nextEntry(column: own) }
      if column > own { throw deeper(than: own, "a key of the mapping") }
      if column == own { throw tabError(at: lineStart + column) }
      try emit(.mappingEnd, from: lastEnd, to: lastEnd)
    }
    leave()
    return nil
  }

  /// Moves behind `-`.
  private mutating func nextElement(column own: Int) -> BlockRequest {
    position += 1
    lastEnd = position
    blockFrames.append(BlockFrame(column: own, kind: .sequence))
    return BlockRequest(parent: own, mayAlign: false, compact: true)
  }

  /// Moves behind the `?` of an entry, or behind its key and `:`.
  private mutating func nextEntry(column own: Int) throws(YAMLError) -> BlockRequest {
    guard at(indicator: Byte.question) else {
      try parseKey(column: own)
      return nextValue(column: own, compact: false)
    }
    position += 1
    lastEnd = position
    blockFrames.append(BlockFrame(column: own, kind: .mapping(.explicitKey)))
    return BlockRequest(parent: own, mayAlign: true, compact: true)
  }

  /// Moves behind `:`.
  private mutating func nextValue(column own: Int, compact: Bool) -> BlockRequest {
    position += 1
    lastEnd = position
    blockFrames.append(BlockFrame(column: own, kind: .mapping(.value)))
    return BlockRequest(parent: own, mayAlign: true, compact: compact)
  }

  private func deeper(than own: Int, _ what: String) -> YAMLError {
    if tabbed { return tabError(at: lineStart + column) }
    return error(
      "this line is indented by \(column), but \(what) is indented by \(own)", at: position,
      found: source.quotation(at: position))
  }

  /// Parses a key up to its `:`.
  private mutating func parseKey(column own: Int) throws(YAMLError) {
    if at(indicator: Byte.dash) {
      throw error("an entry of a sequence stands among the keys of a mapping", at: position)
    }
    let start = position
    let properties = try parseProperties()
    if !properties.isEmpty, atLineEnd || atComment {
      throw error("a key must follow its tag or anchor on the same line", at: start)
    }
    guard try parseAtom(properties, minimum: own + 1, keyOnly: true) else {
      throw error(
        "a key must be followed by `: `", at: start, found: source.quotation(at: start),
        hint: "check the indentation, or the quotes around a text of several lines")
    }
    try checkKeyLength(from: start)
  }

  /// Parses a scalar, alias or flow collection; true if `:` follows on the same line.
  mutating func parseAtom(
    _ properties: Properties, minimum: Int, keyOnly: Bool
  ) throws(YAMLError) -> Bool {
    let start = position
    let line = lineStart
    switch current {
    case Byte.colon where at(indicator: Byte.colon):
      try emitEmpty(at: start, properties)
      return true
    case Byte.asterisk:
      try parseAlias(properties)
    case Byte.doubleQuote, Byte.singleQuote:
      try parseQuoted(properties, minimum: minimum)
    case Byte.openBracket, Byte.openBrace:
      try parseFlowCollection(properties, minimum: minimum)
    default:
      return try parsePlain(properties, minimum: minimum, keyOnly: keyOnly)
    }
    let end = position
    skipBlanks()
    guard at(indicator: Byte.colon) else {
      position = end
      return false
    }
    guard lineStart == line else { throw keyOfSeveralLines(at: start) }
    return true
  }

  func keyOfSeveralLines(at start: Int) -> YAMLError {
    error(
      "a key must stand on one line with its `:`", at: position,
      related: related("the key starts", start))
  }

  mutating func parseAlias(_ properties: Properties) throws(YAMLError) {
    let start = position
    if !properties.isEmpty { throw propertiesOnAlias(at: properties.start) }
    position += 1
    let name = try parseName(of: "alias", at: start)
    try emit(.alias(name), from: start, to: position)
  }
}
