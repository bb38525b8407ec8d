/// The tag and the anchor before a node.
struct Properties {
  var tag: String?
  var anchor: String?
  /// The offsets of the first byte of the first one and of the byte after the last one.
  var start = 0
  var end = 0

  var isEmpty: Bool { tag == nil && anchor == nil }
}

// Tags, anchors and aliases.
extension Parser {
  /// Reads the tag and the anchor that stand here, in any order, with the blanks behind them.
  mutating func parseProperties() throws(YAMLError) -> Properties {
    var properties = Properties(start: position, end: position)
    while true {
      let start = position
      if current == Byte.ampersand {
        if properties.anchor != nil { throw doubled("anchor", at: start) }
        position += 1
        properties.anchor = try parseName(of: "anchor", at: start)
      } else if current == Byte.exclamation {
        if properties.tag != nil { throw doubled("tag", at: start) }
        properties.tag = try parseTag()
      } else {
        return properties
      }
      properties.end = position
      lastEnd = max(lastEnd, position)
      guard Byte.isBlankOrBreak(current) || Byte.isFlowIndicator(current) && inFlow else {
        throw error(
          "a space must follow a tag or an anchor", at: position,
          found: source.quotation(at: position))
      }
      skipBlanks()
    }
  }

  /// One node's properties, written in two places.
  func merge(_ outer: Properties, _ inner: Properties) throws(YAMLError) -> Properties {
    if outer.isEmpty { return inner }
    if inner.isEmpty { return outer }
    if outer.anchor != nil, inner.anchor != nil { throw doubled("anchor", at: inner.start) }
    if outer.tag != nil, inner.tag != nil { throw doubled("tag", at: inner.start) }
    return Properties(
      tag: outer.tag ?? inner.tag, anchor: outer.anchor ?? inner.anchor, start: outer.start,
      end: inner.end)
  }

  private func doubled(_ what: String, at offset: Int) -> YAMLError {
    error("a node cannot have two \(what)s", at: offset, found: source.quotation(at: offset))
  }

  /// Reads the name behind `&` or `*`.
  mutating func parseName(of what: String, at start: Int) throws(YAMLError) -> String {
    let first = position
    while !atEnd, !Byte.isBlankOrBreak(current), !Byte.isFlowIndicator(current) { position += 1 }
    guard position > first else {
      throw error("an \(what) needs a name", at: start, found: source.quotation(at: start))
    }
    return String(decoding: bytes[first..<position], as: UTF8.self)
  }

  /// Reads a tag and returns it in full.
  private mutating func parseTag() throws(YAMLError) -> String {
    let start = position
    position += 1
    if current == UInt8(ascii: "<") {
      position += 1
      let first = position
      while Byte.isURI(current) || current == Byte.percent { position += 1 }
      guard current == Byte.greater, position > first else {
        throw error("a tag that begins with `!<` must end with `>`", at: start)
      }
      let text = try unescapeURI(bytes[first..<position], at: first)
      position += 1
      return text
    }
    var handle = "!"
    var first = position
    var end = position
    while Byte.isWord(byte(at: end)) { end += 1 }
    if byte(at: end) == Byte.exclamation {
      handle = String(decoding: bytes[start...end], as: UTF8.self)
      first = end + 1
      position = first
    }
    while Byte.isURI(current) || current == Byte.percent, current != Byte.exclamation,
      !Byte.isFlowIndicator(current)
    {
      position += 1
    }
    let suffix = try unescapeURI(bytes[first..<position], at: first)
    if handle == "!", suffix.isEmpty { return "!" }
    guard !suffix.isEmpty else {
      throw error("a tag needs a name", at: start, found: source.quotation(at: start))
    }
    guard let prefix = handles[handle] else {
      throw error(
        "the tag handle \(handle) is not declared", at: start,
        hint: "declare it with %TAG before the document")
    }
    return prefix + suffix
  }

  /// Replaces `%41` by the byte that it stands for.
  func unescapeURI(_ text: ArraySlice<UInt8>, at offset: Int) throws(YAMLError) -> String {
    guard text.contains(Byte.percent) else { return String(decoding: text, as: UTF8.self) }
    var result: [UInt8] = []
    var index = text.startIndex
    while index < text.endIndex {
      guard text[index] == Byte.percent else {
        result.append(text[index])
        index += 1
        continue
      }
      guard index + 2 < text.endIndex, let high = Byte.hexadecimal(text[index + 1]),
        let low = Byte.hexadecimal(text[index + 2])
      else {
        throw error("a `%` in a tag must be followed by two hexadecimal digits", at: offset)
      }
      result.append(UInt8(high << 4 | low))
      index += 3
    }
    guard let decoded = String(validating: result, as: UTF8.self) else {
      throw error("the escapes of the tag are not valid UTF-8", at: offset)
    }
    return decoded
  }
}
