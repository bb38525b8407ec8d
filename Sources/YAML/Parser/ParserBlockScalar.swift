// Block scalars: `|` and `>`.
extension Parser {
  /// What becomes of the breaks at the end of a block scalar.
  private enum Chomping { case strip, clip, keep }

  /// Parses a block scalar from its `|` or `>` on, and moves to the next content.
  mutating func parseBlockScalar(parent: Int, _ properties: Properties) throws(YAMLError) {
    let start = position
    let folds = current == Byte.greater
    position += 1
    let (chomping, explicit) = try parseBlockHeader(start)
    let detected =
      if let explicit { max(parent, 0) + explicit } else { try detectIndentation(parent: parent) }
    let indentation = max(detected, parent + 1)
    var content: [UInt8] = []
    var hasContent = false
    var lastWasSpaced = false
    // Breaks since the last line with content, which wait for what follows.
    var breaks = 0
    while !atEnd {
      guard try takeIndentation(indentation) else { break }
      if atLineEnd {
        breaks += 1
        lastEndOfLine()
        continue
      }
      let spaced = Byte.isBlank(current)
      if hasContent, folds, !spaced, !lastWasSpaced {
        fold(breaks, into: &content)
      } else {
        content.append(contentsOf: repeatElement(Byte.lineFeed, count: breaks))
      }
      let from = position
      skipToLineEnd()
      content.append(contentsOf: bytes[from..<position])
      (hasContent, lastWasSpaced) = (true, spaced)
      lastEnd = position
      breaks = 1
      lastEndOfLine()
    }
    switch chomping {
    case .strip: break
    case .clip: if hasContent { content.append(Byte.lineFeed) }
    case .keep: content.append(contentsOf: repeatElement(Byte.lineFeed, count: breaks))
    }
    let scalar = Node.Scalar(
      String(decoding: content, as: UTF8.self), style: folds ? .folded : .literal)
    try emit(.scalar(scalar), from: start, to: max(lastEnd, start + 1), properties)
    if atEnd { column = Parser.ended } else { moveToContent() }
  }

  private mutating func lastEndOfLine() {
    if atEnd { lineStart = position } else { skipBreak() }
  }

  /// Skips the indentation of a line; false, at the line's start, if the line is not of the scalar.
  private mutating func takeIndentation(_ indentation: Int) throws(YAMLError) -> Bool {
    let start = position
    if isMarker(at: start) { return false }
    while position - start < indentation, current == Byte.space { position += 1 }
    if position - start == indentation || atLineEnd { return true }
    if current == Byte.tab { throw tabError(at: position) }
    position = start
    return false
  }

  /// Reads the indicators behind `|` or `>` and the rest of the line.
  private mutating func parseBlockHeader(
    _ start: Int
  ) throws(YAMLError) -> (Chomping, indentation: Int?) {
    var chomping: Chomping?
    var indentation: Int?
    while true {
      if chomping == nil, current == UInt8(ascii: "+") || current == Byte.dash {
        chomping = current == Byte.dash ? .strip : .keep
      } else if indentation == nil, current > 0x30, current <= 0x39 {
        indentation = Int(current) - 0x30
      } else {
        break
      }
      position += 1
    }
    lastEnd = position
    skipBlanks()
    if atComment { skipToLineEnd() }
    guard atLineEnd else {
      throw error(
        "nothing but an indentation from 1 to 9, `-` or `+` may follow a block scalar's sign",
        at: position, found: source.quotation(at: position), hint: "put the text on the next line")
    }
    skipBreak()
    return (chomping ?? .clip, indentation)
  }

  /// The indentation of the first line that is not empty.
  private func detectIndentation(parent: Int) throws(YAMLError) -> Int {
    var offset = position
    var most = 0
    var mostAt = offset
    while offset < bytes.count {
      let line = offset
      while byte(at: offset) == Byte.space { offset += 1 }
      let spaces = offset - line
      if offset >= bytes.count || !Byte.isBreak(byte(at: offset)) {
        if offset >= bytes.count { return max(most, spaces, parent + 1) }
        if most > spaces, spaces > parent {
          throw error(
            "an empty line at the start of a block scalar is indented more than its text",
            at: mostAt, related: related("the text", offset))
        }
        return spaces
      }
      if spaces > most { (most, mostAt) = (spaces, offset) }
      let isPair = byte(at: offset) == Byte.carriageReturn && byte(at: offset + 1) == Byte.lineFeed
      offset += isPair ? 2 : 1
    }
    return max(most, parent + 1)
  }
}
