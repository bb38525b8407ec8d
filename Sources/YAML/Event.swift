/// A step of reading a document: the flat form of a tree, before aliases and tags mean anything.
package struct Event: Sendable {
  package var kind: Kind
  /// The offsets of the first byte and of the byte after the last.
  package var start: Int
  package var end: Int
  /// The tag in full and its offset.
  package var tag: String?
  package var anchor: String?

  package enum Kind: Sendable {
    case sequenceStart(flow: Bool)
    case sequenceEnd
    case mappingStart(flow: Bool)
    case mappingEnd
    case scalar(Node.Scalar)
    case alias(String)
  }
}

/// The events of one document.
package struct EventDocument: Sendable {
  /// True if `---` stands before it.
  package var explicitStart: Bool
  /// True if `...` stands after it.
  package var explicitEnd: Bool
  /// Where it starts.
  package var start: Int
  package var events: [Event]
}
