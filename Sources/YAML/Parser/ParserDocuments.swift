// Documents, their markers and directives.
extension Parser {
  /// The next document, or nil at the end of the text.
  mutating func nextDocument() throws(YAMLError) -> EventDocument? {
    events = []
    nodeCount = 0
    handles = ["!": "!", "!!": CoreSchema.prefix]
    try skipPrefix()
    var directives: Int?
    if atStreamStart, current == Byte.percent, position == lineStart {
      directives = position
      try readDirectives()
    }
    if atEnd {
      if let directives { throw missingStart(directives) }
      try checkRestricted()
      return nil
    }
    let start = position
    let explicit = position == lineStart && isMarker(Byte.dash, at: position)
    if explicit {
      position += 3
      lastEnd = position
      try parseBlock(behindIndicator: true)
    } else if let directives {
      throw missingStart(directives)
    } else if !atStreamStart {
      throw unexpectedRoot()
    } else {
      lastEnd = position
      try parseBlock(behindIndicator: false)
    }
    guard column == Parser.ended else { throw unexpectedRoot() }
    atStreamStart = false
    let explicitEnd = isMarker(Byte.dot, at: position)
    if explicitEnd { try readEndMarker() }
    return EventDocument(
      explicitStart: explicit, explicitEnd: explicitEnd, start: start, events: events)
  }

  private func missingStart(_ directives: Int) -> YAMLError {
    error(
      "a document must follow its directives", at: position, hint: "begin it with `---`",
      related: related("the directive", directives))
  }

  private func unexpectedRoot() -> YAMLError {
    if current == Byte.percent {
      return error(
        "a directive must stand before a document", at: position,
        hint: "end the one above with `...`")
    }
    if tabbed { return tabError(at: position) }
    return error(
      "this does not belong to the value above", at: position,
      found: source.quotation(at: position),
      hint: "a document holds one value; check the indentation")
  }

  /// Skips byte order marks, comments, blank lines and `...` before a document.
  private mutating func skipPrefix() throws(YAMLError) {
    while true {
      if position == lineStart, byte(at: position) == 0xEF, byte(at: position + 1) == 0xBB,
        byte(at: position + 2) == 0xBF
      {
        permit(from: position, to: position + 3)
        position += 3
        lineStart = position
      }
      if position == lineStart { moveToContent() }
      guard position == lineStart, isMarker(Byte.dot, at: position) else { return }
      try readEndMarker()
    }
  }

  /// Reads `...` and the rest of its line.
  private mutating func readEndMarker() throws(YAMLError) {
    position += 3
    skipBlanks()
    if atComment { skipToLineEnd() }
    guard atLineEnd else {
      throw error(
        "nothing may follow `...` on its line", at: position,
        found: source.quotation(at: position))
    }
    skipBreak()
    atStreamStart = true
  }

  private mutating func readDirectives() throws(YAMLError) {
    var version: Int?
    var seen: [String: Int] = [:]
    while position == lineStart, current == Byte.percent {
      let start = position
      position += 1
      let name = word()
      if name == "YAML" {
        if let version {
          throw error(
            "a document has one %YAML directive", at: start, related: related("the first", version))
        }
        version = start
        try readVersion()
      } else if name == "TAG" {
        skipBlanks()
        let handle = word()
        skipBlanks()
        let place = position
        let prefix = word()
        guard isHandle(handle), !prefix.isEmpty, isPrefix(prefix) else {
          throw error(
            "a %TAG directive needs a handle and a prefix", at: start,
            hint: "write it as `%TAG !name! tag:example.org,2000:`")
        }
        if let first = seen[handle] {
          throw error(
            "the handle \(handle) is declared twice", at: start,
            related: related("the first", first))
        }
        seen[handle] = start
        handles[handle] = try unescapeURI(Array(prefix.utf8)[...], at: place)
      } else if name.isEmpty {
        throw error("a directive needs a name", at: start)
      } else {
        // A directive of a name kept for later versions: to be passed over.
        while !atLineEnd, !atComment { position += 1 }
      }
      skipBlanks()
      if atComment { skipToLineEnd() }
      guard atLineEnd else {
        throw error(
          "nothing may follow the directive on its line", at: position,
          found: source.quotation(at: position))
      }
      skipBreak()
      if position == lineStart { moveToContent() }
    }
  }

  private mutating func readVersion() throws(YAMLError) {
    skipBlanks()
    let place = position
    let version = word()
    let parts = version.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 2, let major = Int(parts[0]), Int(parts[1]) != nil else {
      throw error(
        "a %YAML directive needs a version", at: place, found: source.quotation(at: place),
        hint: "write `%YAML 1.2`")
    }
    guard major == 1 else {
      throw error(
        "this is YAML \(version), which is not known here", at: place, hint: "write `%YAML 1.2`")
    }
  }

  /// The text up to the next blank or line's end.
  private mutating func word() -> String {
    let start = position
    while !atEnd, !Byte.isBlankOrBreak(current) { position += 1 }
    return String(decoding: bytes[start..<position], as: UTF8.self)
  }

  private func isHandle(_ text: String) -> Bool {
    let bytes = Array(text.utf8)
    guard bytes.first == Byte.exclamation, bytes.last == Byte.exclamation else { return false }
    return bytes.count == 1 || bytes.dropFirst().dropLast().allSatisfy(Byte.isWord)
  }

  private func isPrefix(_ text: String) -> Bool {
    let bytes = Array(text.utf8)
    if let first = bytes.first, Byte.isFlowIndicator(first) { return false }
    return bytes.allSatisfy { Byte.isURI($0) || $0 == Byte.percent }
  }

  /// Characters of a range are in quotes and so permitted; ranges come in rising order.
  mutating func permit(from start: Int, to end: Int) {
    while nextRestricted < restricted.count, restricted[nextRestricted] < end {
      if misplaced == nil, restricted[nextRestricted] < start {
        misplaced = restricted[nextRestricted]
      }
      nextRestricted += 1
    }
  }

  private func checkRestricted() throws(YAMLError) {
    let rest = nextRestricted < restricted.count ? restricted[nextRestricted] : nil
    guard let first = misplaced ?? rest else { return }
    throw error(
      "a character that cannot be printed may stand in double quotes only", at: first,
      hint: "write it as an escape such as \\u0085 in double quotes")
  }
}
