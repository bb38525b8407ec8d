/// Reads the syntax of YAML 1.2 from bytes into events, one document at a time.
///
/// The parser never goes back: where a node turns out to be the key of
/// a mapping only at the `:` behind it, the start of the mapping is put before the node's events.
/// A block node is parsed with the indentation of its parent; after each block node the parser
/// stands at the next line with content, and `column` tells how far that line is indented.
struct Parser {
  let source: SourceText
  let bytes: [UInt8]
  let limits: YAML.Limits

  /// The offset of the next byte.
  var position = 0
  /// The offset of the first byte of the current line.
  var lineStart = 0
  /// The spaces before the content of the line reached by `moveToContent`; `ended` at the end of
  /// a document.
  var column = 0
  /// True if tabs stand between those spaces and the content.
  var tabbed = false
  /// The offset after the last character that belongs to a node.
  var lastEnd = 0
  var depth = 0
  /// The block collections that are open, the innermost last.
  var blockFrames: [BlockFrame] = []
  /// The flow collections that are open, the innermost last.
  var flowFrames: [FlowFrame] = []
  /// True if the flow node parsed last may have a `:` behind it without a blank.
  var adjacent = false
  var events: [Event] = []
  var nodeCount = 0
  /// The prefixes of tag handles in the current document.
  var handles: [String: String] = [:]
  /// The characters that may stand in quotes only, and how many of them have been passed.
  let restricted: [Int]
  var nextRestricted = 0
  /// The first of them that stood outside quotes.
  var misplaced: Int?
  /// True if directives or a document without `---` may follow.
  var atStreamStart = true

  /// Less than any indentation: no node continues here.
  static let ended = -2

  init(source: SourceText, restricted: [Int], limits: YAML.Limits) {
    self.source = source
    self.bytes = source.bytes
    self.restricted = restricted
    self.limits = limits
    position = source.lineStarts.first ?? 0
    lineStart = position
  }
}

// Looking and moving.
extension Parser {
  /// The byte at an offset, or 0 past the end; a text holds no other 0.
  @inline(__always) func byte(at offset: Int) -> UInt8 {
    offset < bytes.count && offset >= 0 ? bytes[offset] : 0
  }

  @inline(__always) var current: UInt8 { byte(at: position) }

  var atEnd: Bool { position >= bytes.count }

  /// True at a line break or the end of the text.
  var atLineEnd: Bool { atEnd || Byte.isBreak(current) }

  /// True at an indicator that must have a blank or a line's end behind it.
  @inline(__always) func at(indicator: UInt8) -> Bool {
    current == indicator && Byte.isBlankOrBreak(byte(at: position + 1))
  }

  /// Skips spaces and tabs; true if a tab was among them.
  @discardableResult mutating func skipBlanks() -> Bool {
    var tab = false
    while Byte.isBlank(current) {
      if current == Byte.tab { tab = true }
      position += 1
    }
    return tab
  }

  mutating func skipToLineEnd() {
    while !atLineEnd { position += 1 }
  }

  /// Skips one line break, if there is one.
  mutating func skipBreak() {
    if current == Byte.carriageReturn, byte(at: position + 1) == Byte.lineFeed {
      position += 2
    } else if Byte.isBreak(current) {
      position += 1
    } else {
      return
    }
    lineStart = position
  }

  /// True if `---` or `...` stands at an offset, which must be the start of a line.
  func isMarker(at offset: Int) -> Bool {
    isMarker(Byte.dash, at: offset) || isMarker(Byte.dot, at: offset)
  }

  func isMarker(_ mark: UInt8, at offset: Int) -> Bool {
    byte(at: offset) == mark && byte(at: offset + 1) == mark && byte(at: offset + 2) == mark
      && Byte.isBlankOrBreak(byte(at: offset + 3))
  }

  /// True if a comment starts here: `#` after a blank or at the start of a line.
  var atComment: Bool {
    current == Byte.hash && (position == lineStart || Byte.isBlank(byte(at: position - 1)))
  }

  /// Checks that nothing but a comment is left on the line, and moves to the next content.
  mutating func finishLine() throws(YAMLError) {
    skipBlanks()
    if atComment {
      skipToLineEnd()
    } else if !atLineEnd {
      throw unexpectedRest()
    }
    skipBreak()
    if position == lineStart { moveToContent() } else { column = Parser.ended }
  }

  /// From the start of a line, moves to the first content that is no comment.
  mutating func moveToContent() {
    while true {
      let start = position
      while current == Byte.space { position += 1 }
      let spaces = position - start
      let tab = skipBlanks()
      if atEnd {
        (column, tabbed) = (Parser.ended, false)
        return
      }
      if current == Byte.hash {
        skipToLineEnd()
        skipBreak()
      } else if Byte.isBreak(current) {
        skipBreak()
      } else {
        let marker = position == lineStart && isMarker(at: position)
        (column, tabbed) = (marker ? Parser.ended : spaces, tab)
        return
      }
    }
  }
}

// Events and errors.
extension Parser {
  mutating func emit(
    _ kind: Event.Kind, from start: Int, to end: Int, _ properties: Properties = Properties()
  ) throws(YAMLError) {
    events.append(
      Event(kind: kind, start: start, end: end, tag: properties.tag, anchor: properties.anchor))
    lastEnd = max(lastEnd, end)
    switch kind {
    case .sequenceEnd, .mappingEnd: break
    default: try countNode(at: start)
    }
  }

  /// Puts the start of a mapping before the events of its first key.
  mutating func openMapping(
    before mark: Int, flow: Bool, from start: Int, _ properties: Properties
  ) throws(YAMLError) {
    let opening = Event(
      kind: .mappingStart(flow: flow), start: start, end: start, tag: properties.tag,
      anchor: properties.anchor)
    events.insert(opening, at: min(mark, events.count))
    try countNode(at: start)
  }

  private mutating func countNode(at offset: Int) throws(YAMLError) {
    nodeCount += 1
    if nodeCount > limits.nodes {
      throw error(
        "the document has more than \(limits.nodes) nodes", at: offset,
        hint: "split it, or raise the limit")
    }
  }

  /// A node without any text.
  mutating func emitEmpty(at offset: Int, _ properties: Properties = Properties()) throws(YAMLError)
  {
    let place = properties.isEmpty ? offset : properties.end
    try emit(.scalar(Node.Scalar("")), from: place, to: place, properties)
  }

  var inFlow: Bool { !flowFrames.isEmpty }

  /// Counts one more level of nesting; `leave` counts it off.
  mutating func enter(at offset: Int) throws(YAMLError) {
    depth += 1
    if depth > limits.boundedNesting {
      throw error(
        "collections are nested more than \(limits.boundedNesting) levels deep", at: offset)
    }
  }

  mutating func leave() { depth -= 1 }

  func error(
    _ message: String, at offset: Int, found: String? = nil, hint: String? = nil,
    related: YAMLError.Related? = nil
  ) -> YAMLError {
    source.error(message, at: offset, found: found, hint: hint, related: related)
  }

  func related(_ label: String, _ offset: Int) -> YAMLError.Related {
    YAMLError.Related(label: label, position: source.position(of: offset))
  }

  func unexpectedRest() -> YAMLError {
    let found = source.quotation(at: position)
    if current == Byte.hash {
      return error("a comment needs a space before its `#`", at: position)
    }
    if at(indicator: Byte.colon) {
      return error(
        "a mapping cannot start here", at: position, found: found,
        hint: "put its keys on lines of their own, or quote a text that holds `: `")
    }
    if current == Byte.comma || current == Byte.closeBracket || current == Byte.closeBrace {
      return error("there is no open bracket for this", at: position, found: found)
    }
    return error("the line should end after this value", at: position, found: found)
  }

  func tabError(at offset: Int) -> YAMLError {
    error("a tab cannot indent a block", at: offset, hint: "use spaces")
  }
}
