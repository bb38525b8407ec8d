/// A value of a YAML document with its place.
///
/// A node is a value type whose children lie in shared storage: the nodes that stand for an alias
/// share the children of the node that the alias names, so a document takes no more memory than its
/// text calls for. Two nodes are equal if they mean the same; places and styles do not count.
public struct Node: Sendable {
  /// What it holds.
  public var content: Content
  /// The tag written at the node, in full (`tag:yaml.org,2002:str`, `!local`), if any.
  public var tag: String?
  /// The name in `&name`, if any.
  public var anchor: String?
  /// Where the content starts; for a node that stands for an alias, where its target starts.
  public let start: SourcePosition?
  /// Where the content ends: the place after its last character.
  public let end: SourcePosition?
  /// The place of the `*name` that this node stands for, if it stands for an alias.
  public let alias: SourcePosition?
  /// The text that the node was read from; nil for a node built in code.
  public let source: SourceText?

  /// The three kinds of node.
  public enum Content: Sendable {
    case scalar(Scalar)
    case sequence([Node])
    case mapping([Entry])
  }

  /// A key and its value in a mapping, in the order of the text.
  public struct Entry: Sendable {
    /// The key.
    public var key: Node
    /// The value.
    public var value: Node
    /// The place of the merge key `<<` that brought the entry here, if one did.
    public let mergedAt: SourcePosition?

    public init(key: Node, value: Node) {
      self.init(key: key, value: value, mergedAt: nil)
    }

    package init(key: Node, value: Node, mergedAt: SourcePosition?) {
      self.key = key
      self.value = value
      self.mergedAt = mergedAt
    }
  }

  /// A node built in code.
  public init(_ content: Content, tag: String? = nil) {
    self.init(content, tag: tag, anchor: nil, start: nil, end: nil, alias: nil, source: nil)
  }

  package init(
    _ content: Content, tag: String?, anchor: String?, start: SourcePosition?,
    end: SourcePosition?, alias: SourcePosition?, source: SourceText?
  ) {
    self.content = content
    self.tag = tag
    self.anchor = anchor
    self.start = start
    self.end = end
    self.alias = alias
    self.source = source
  }

  /// The same node, standing for an alias at a place.
  func aliased(at place: SourcePosition) -> Node {
    Node(
      content, tag: tag, anchor: anchor, start: start, end: end, alias: place, source: source)
  }
}

// Building.
extension Node {
  /// Null.
  public static var null: Node { Node(.scalar(Scalar("null"))) }
  /// A truth value.
  public static func bool(_ value: Bool) -> Node {
    Node(.scalar(Scalar(value ? "true" : "false")))
  }
  /// A whole number.
  public static func int(_ value: Int) -> Node { Node(.scalar(Scalar(String(value)))) }
  /// A number, in the shortest form that reads back to the same.
  public static func float(_ value: Double) -> Node {
    Node(.scalar(Scalar(FloatText.text(of: value))))
  }
  /// A text, whatever it looks like.
  public static func string(_ value: String) -> Node {
    Node(.scalar(Scalar(value, style: .doubleQuoted)))
  }
  /// A list.
  public static func sequence(_ elements: [Node]) -> Node { Node(.sequence(elements)) }
  /// A mapping; the keys must differ.
  public static func mapping(_ entries: [(key: String, value: Node)]) -> Node {
    Node(.mapping(entries.map { Entry(key: .string($0.key), value: $0.value) }))
  }
}

// Reading.
extension Node {
  /// What a scalar means by the core schema and its tag; nil for a collection.
  public var value: Value? {
    guard case .scalar(let scalar) = content else { return nil }
    // A scalar whose tag and text disagree is refused when read; one built in code is text.
    return CoreSchema.value(of: scalar, tag: tag) ?? .string(scalar.text)
  }

  /// The text of a scalar as it was written; nil for a collection.
  public var text: String? {
    guard case .scalar(let scalar) = content else { return nil }
    return scalar.text
  }

  /// The style of a scalar; nil for a collection.
  public var style: Scalar.Style? {
    guard case .scalar(let scalar) = content else { return nil }
    return scalar.style
  }

  /// The elements of a sequence; nil for anything else.
  public var elements: [Node]? {
    guard case .sequence(let elements) = content else { return nil }
    return elements
  }

  /// The entries of a mapping in the order of the text; nil for anything else.
  public var entries: [Entry]? {
    guard case .mapping(let entries) = content else { return nil }
    return entries
  }

  /// The value of the key that reads as this text; takes time proportional to the entries.
  public subscript(key: String) -> Node? {
    entries?.first { $0.key.text == key }?.value
  }

  /// The element at a place; nil if there is none.
  public subscript(index: Int) -> Node? {
    guard let elements, elements.indices.contains(index) else { return nil }
    return elements[index]
  }

  /// True for null.
  public var isNull: Bool { value == .null }
}

extension Node: Hashable {
  /// Compares kinds, tags and values, level by level: a thread's stack may be small.
  public static func == (left: Node, right: Node) -> Bool {
    if case .scalar = left.content { return left.matches(right) }
    var pending = [(left, right)]
    while let (left, right) = pending.popLast() {
      guard left.matches(right) else { return false }
      switch (left.content, right.content) {
      case (.sequence(let left), .sequence(let right)):
        pending.append(contentsOf: zip(left, right))
      case (.mapping(let left), .mapping(let right)):
        for (left, right) in zip(left, right) {
          pending.append((left.key, right.key))
          pending.append((left.value, right.value))
        }
      default: break
      }
    }
    return true
  }

  /// True if both are the same but for what lies below them.
  private func matches(_ other: Node) -> Bool {
    guard CoreSchema.customTag(tag) == CoreSchema.customTag(other.tag) else { return false }
    return switch (content, other.content) {
    case (.scalar, .scalar): value == other.value
    case (.sequence(let own), .sequence(let other)): own.count == other.count
    case (.mapping(let own), .mapping(let other)): own.count == other.count
    default: false
    }
  }

  public func hash(into hasher: inout Hasher) {
    if case .scalar = content { return hasher.combine(value) }
    var pending = [self]
    while let node = pending.popLast() {
      switch node.content {
      case .scalar: hasher.combine(node.value)
      case .sequence(let elements):
        hasher.combine(elements.count)
        pending.append(contentsOf: elements)
      case .mapping(let entries):
        hasher.combine(entries.count)
        for entry in entries {
          pending.append(entry.key)
          pending.append(entry.value)
        }
      }
    }
  }
}

extension Node.Entry: Hashable {
  public static func == (left: Node.Entry, right: Node.Entry) -> Bool {
    left.key == right.key && left.value == right.value
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(key)
    hasher.combine(value)
  }
}
