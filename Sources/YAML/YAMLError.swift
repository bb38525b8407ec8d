/// Why a text was refused: one plain sentence, with the place.
public struct YAMLError: Error, Sendable, Hashable {
  /// What is wrong, in one sentence without a full stop.
  public let message: String
  /// The name given to the parser.
  public let name: String
  /// Where it is wrong.
  public let position: SourcePosition
  /// A second place that matters: the first of two equal keys, the bracket that was left open.
  public let related: Related?
  /// The text found at the place, if that helps.
  public let found: String?
  /// What to do about it.
  public let hint: String?
  /// The line of the text at `position`, to be shown above a caret.
  public let excerpt: String?

  /// A second place and what is there.
  public struct Related: Sendable, Hashable {
    /// What is there, such as "first written here".
    public let label: String
    /// Where.
    public let position: SourcePosition
  }

  package init(
    _ message: String, name: String, position: SourcePosition, related: Related? = nil,
    found: String? = nil, hint: String? = nil, excerpt: String? = nil
  ) {
    self.message = message
    self.name = name
    self.position = position
    self.related = related
    self.found = found
    self.hint = hint
    self.excerpt = excerpt
  }
}

extension YAMLError: CustomStringConvertible {
  /// `name:line:column: message; hint`, the found text and the second place where there are any.
  public var description: String {
    var text = "\(name):\(position): \(message)"
    if let found { text += ", found \(found)" }
    if let hint { text += "; \(hint)" }
    if let related { text += " (\(related.label): \(related.position))" }
    return text
  }
}

extension SourceText {
  /// An error at a place in this text.
  func error(
    _ message: String, at offset: Int, found: String? = nil, hint: String? = nil,
    related: YAMLError.Related? = nil
  ) -> YAMLError {
    let place = position(of: offset)
    return YAMLError(
      message, name: name, position: place, related: related, found: found, hint: hint,
      excerpt: line(place.line, limit: 400))
  }

  /// A short quotation of what starts at a place, for an error.
  func quotation(at offset: Int) -> String {
    guard offset < bytes.count, offset >= 0 else { return "the end of the text" }
    if Byte.isBreak(bytes[offset]) { return "the end of the line" }
    if bytes[offset] == Byte.tab { return "a tab" }
    var end = offset
    while end < bytes.count, end - offset < 24, !Byte.isBlankOrBreak(bytes[end]) { end += 1 }
    while end < bytes.count, bytes[end] & 0xC0 == 0x80 { end += 1 }
    return "`" + String(decoding: bytes[offset..<max(end, offset + 1)], as: UTF8.self) + "`"
  }
}
