/// Reads and writes YAML 1.2 with the core schema; JSON is read as well.
public enum YAML {
  /// The one document of a text; an empty text reads as null.
  ///
  /// - Parameters:
  ///   - text: The text; also UTF-8, UTF-16 or UTF-32 as bytes, see the other form.
  ///   - name: What errors call the text, usually its path.
  /// - Throws: `YAMLError` if it is not YAML, breaks a limit or holds more than one document.
  public static func parse(
    _ text: some StringProtocol, name: String = "text", limits: Limits = .standard,
    options: Options = .standard
  ) throws(YAMLError) -> Node {
    try parse(bytes: Array(text.utf8), name: name, limits: limits, options: options)
  }

  /// The one document of a text in UTF-8, UTF-16 or UTF-32; an empty text reads as null.
  public static func parse(
    bytes: [UInt8], name: String = "text", limits: Limits = .standard,
    options: Options = .standard
  ) throws(YAMLError) -> Node {
    var parser = try parser(bytes, name: name, limits: limits)
    guard let document = try parser.nextDocument() else {
      let place = parser.source.position(of: parser.position)
      return Node(
        .scalar(Node.Scalar("")), tag: nil, anchor: nil, start: place, end: place, alias: nil,
        source: parser.source)
    }
    let node = try compose(document, parser.source, limits, options)
    if let second = try parser.nextDocument() {
      throw parser.source.error(
        "the text holds more than one document", at: second.start,
        hint: "remove the `---` between them, or split the text")
    }
    return node
  }

  /// All documents of a text; none for an empty text.
  public static func parseAll(
    _ text: some StringProtocol, name: String = "text", limits: Limits = .standard,
    options: Options = .standard
  ) throws(YAMLError) -> [Node] {
    try parseAll(bytes: Array(text.utf8), name: name, limits: limits, options: options)
  }

  /// All documents of a text in UTF-8, UTF-16 or UTF-32; none for an empty text.
  public static func parseAll(
    bytes: [UInt8], name: String = "text", limits: Limits = .standard,
    options: Options = .standard
  ) throws(YAMLError) -> [Node] {
    var parser = try parser(bytes, name: name, limits: limits)
    var nodes: [Node] = []
    while let document = try parser.nextDocument() {
      nodes.append(try compose(document, parser.source, limits, options))
    }
    return nodes
  }

  /// The documents of a text as events, before aliases, tags and merge keys mean anything.
  package static func events(
    bytes: [UInt8], name: String = "text", limits: Limits = .standard
  ) throws(YAMLError) -> [EventDocument] {
    var parser = try parser(bytes, name: name, limits: limits)
    var documents: [EventDocument] = []
    while let document = try parser.nextDocument() { documents.append(document) }
    return documents
  }

  private static func parser(
    _ bytes: [UInt8], name: String, limits: Limits
  ) throws(YAMLError) -> Parser {
    // Before anything else is done with it: a text of any size is refused at once.
    guard bytes.count <= limits.boundedBytes else {
      throw YAMLError(
        "the text has \(bytes.count) bytes, more than the \(limits.boundedBytes) allowed",
        name: name, position: SourcePosition(line: 1, column: 1, offset: 0))
    }
    let text = try Encoding.utf8(bytes, name: name)
    let check = try TextCheck(text, name: name)
    let source = SourceText(name: name, bytes: text, lineStarts: check.lineStarts)
    return Parser(source: source, restricted: check.onlyInQuotes, limits: limits)
  }

  private static func compose(
    _ document: EventDocument, _ source: SourceText, _ limits: Limits, _ options: Options
  ) throws(YAMLError) -> Node {
    var composer = Composer(document.events, source, limits, options)
    return try composer.compose()
  }
}
