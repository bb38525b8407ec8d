// Block collections and what stands in them.
extension Parser {
  /// How the parser came to a block node.
  enum Place {
    /// Behind an indicator on its line; a collection may start here if `compact`.
    case sameLine(indicatorEnd: Int, compact: Bool)
    /// On a line of its own.
    case newLine(indicatorEnd: Int)
  }

  /// Parses what follows an indicator.
  ///
  /// - Parameters:
  ///   - parent: The indentation of the collection that holds the node; -1 at the root.
  ///   - mayAlign: A sequence may be indented as much as its parent, as below a mapping's key.
  ///   - compact: A collection may start on this line, as behind `- `.
  mutating func parseBlockNode(
    parent: Int, mayAlign: Bool, compact: Bool
  ) throws(YAMLError) {
    let indicatorEnd = position
    let tab = skipBlanks()
    if atLineEnd || atComment {
      try finishLine()
      guard try isInside(parent: parent, mayAlign: mayAlign) else {
        return try emitEmpty(at: indicatorEnd)
      }
      try parseBlockContent(
        parent: parent, mayAlign: mayAlign, place: .newLine(indicatorEnd: indicatorEnd))
    } else {
      try parseBlockContent(
        parent: parent, mayAlign: mayAlign,
        place: .sameLine(indicatorEnd: indicatorEnd, compact: compact && !tab))
    }
  }

  /// True if the line reached belongs to a node below `parent`.
  private func isInside(parent: Int, mayAlign: Bool) throws(YAMLError) -> Bool {
    if column > parent { return true }
    if column == Parser.ended { return false }
    if tabbed { throw tabError(at: lineStart + column) }
    return mayAlign && column == parent && at(indicator: Byte.dash)
  }

  /// Parses a block node whose first character, or first property, is here.
  mutating func parseBlockContent(
    parent: Int, mayAlign: Bool, place: Place
  ) throws(YAMLError) {
    var outer = Properties()
    var inner = Properties()
    var keyAllowed: Bool
    var nodeColumn: Int
    switch place {
    case .sameLine(_, let compact): (keyAllowed, nodeColumn) = (compact, position - lineStart)
    case .newLine: (keyAllowed, nodeColumn) = (!tabbed, column)
    }
    if column == Parser.ended, case .newLine(let end) = place { return try emitEmpty(at: end) }
    var start = position
    while true {
      start = position
      inner = try parseProperties()
      guard !inner.isEmpty, atLineEnd || atComment else { break }
      // Properties alone on their line belong to the whole node below.
      outer = try merge(outer, inner)
      inner = Properties()
      try finishLine()
      guard try isInside(parent: parent, mayAlign: mayAlign) else {
        return try emitEmpty(at: outer.end, outer)
      }
      (keyAllowed, nodeColumn) = (!tabbed, column)
    }
    if at(indicator: Byte.dash) {
      guard keyAllowed, inner.isEmpty else { throw misplaced("a sequence", inner) }
      return try parseBlockSequence(column: nodeColumn, outer)
    }
    if at(indicator: Byte.question) {
      guard keyAllowed, inner.isEmpty else { throw misplaced("a mapping", inner) }
      return try parseBlockMapping(column: nodeColumn, outer, firstKey: false)
    }
    if current == Byte.pipe || current == Byte.greater {
      return try parseBlockScalar(parent: parent, try merge(outer, inner))
    }
    let mark = events.count
    if try parseAtom(inner, minimum: parent + 1, keyOnly: false) {
      guard keyAllowed else { throw misplaced("a mapping", Properties()) }
      try checkKeyLength(from: start)
      try openMapping(before: mark, flow: false, from: start, outer)
      return try parseBlockMapping(column: nodeColumn, outer, firstKey: true)
    }
    if !outer.isEmpty, events.indices.contains(mark) {
      if case .alias = events[mark].kind { throw propertiesOnAlias(at: outer.start) }
      let merged = try merge(outer, inner)
      events[mark].tag = merged.tag
      events[mark].anchor = merged.anchor
    }
    try finishLine()
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

  /// Parses the entries from the first `-` on.
  private mutating func parseBlockSequence(
    column own: Int, _ properties: Properties
  ) throws(YAMLError) {
    try emit(.sequenceStart(flow: false), from: position, to: position, properties)
    try enter(at: position)
    repeat {
      position += 1
      lastEnd = position
      try parseBlockNode(parent: own, mayAlign: false, compact: true)
    } while column == own && !tabbed && at(indicator: Byte.dash)
    if column > own { throw deeper(than: own, "an entry of the sequence") }
    leave()
    try emit(.sequenceEnd, from: lastEnd, to: lastEnd)
  }

  private func deeper(than own: Int, _ what: String) -> YAMLError {
    if tabbed { return tabError(at: lineStart + column) }
    return error(
      "this line is indented by \(column), but \(what) is indented by \(own)", at: position,
      found: source.quotation(at: position))
  }

  /// Parses the entries from the first key on, or from the `:` behind it if `firstKey`.
  private mutating func parseBlockMapping(
    column own: Int, _ properties: Properties, firstKey: Bool
  ) throws(YAMLError) {
    if !firstKey {
      try emit(.mappingStart(flow: false), from: position, to: position, properties)
    }
    try enter(at: position)
    var keyRead = firstKey
    repeat {
      if keyRead {
        try parseValue(column: own, compact: false)
      } else if at(indicator: Byte.question) {
        position += 1
        lastEnd = position
        try parseBlockNode(parent: own, mayAlign: true, compact: true)
        if column == own, !tabbed, at(indicator: Byte.colon) {
          try parseValue(column: own, compact: true)
        } else {
          try emitEmpty(at: lastEnd)
        }
      } else {
        try parseKey(column: own)
        try parseValue(column: own, compact: false)
      }
      keyRead = false
    } while column == own && !tabbed
    if column > own { throw deeper(than: own, "a key of the mapping") }
    if column == own { throw tabError(at: lineStart + column) }
    leave()
    try emit(.mappingEnd, from: lastEnd, to: lastEnd)
  }

  /// Parses `:` and the value behind it.
  private mutating func parseValue(column own: Int, compact: Bool) throws(YAMLError) {
    position += 1
    lastEnd = position
    try parseBlockNode(parent: own, mayAlign: true, compact: compact)
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
