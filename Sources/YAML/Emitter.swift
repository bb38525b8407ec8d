/// Writes a tree as YAML in block style, with every alias replaced by what it stands for.
///
/// What is written reads back to an equal tree here, and to the same values in a YAML 1.1 parser:
/// texts that one would take for something else are quoted.
struct Emitter {
  private(set) var output = ""
  private let limits: YAML.Limits
  private var count = 0
  private var work: [Work] = []

  init(limits: YAML.Limits) {
    self.limits = limits
  }

  /// Where a node is written, which decides whether a block may begin on the same line.
  private enum Place {
    /// At the start of the text.
    case root
    /// Behind `- ` or `? `, with the line free for a block.
    case entry
    /// Behind `key:`, without a blank so far.
    case value
  }

  /// What is left to write, the next one last; a thread's stack may be too small for it.
  private enum Work {
    case node(Node, indentation: Int, depth: Int, Place)
    case element(Node, indentation: Int, depth: Int, first: Bool)
    case entry(Node.Entry, indentation: Int, depth: Int, first: Bool)
    /// The `:` and the value behind a key that began with `?`.
    case value(Node, indentation: Int, depth: Int)
  }

  mutating func emit(root node: Node) throws(YAMLError) {
    work = [.node(node, indentation: 0, depth: 1, .root)]
    while let next = work.popLast() {
      switch next {
      case .node(let node, let indentation, let depth, let place):
        try emit(node, indentation, depth, place)
      case .element(let node, let indentation, let depth, let first):
        indent(indentation, unless: first)
        behindIndicator("-", node, indentation, depth)
      case .entry(let entry, let indentation, let depth, let first):
        indent(indentation, unless: first)
        emit(entry, indentation, depth)
      case .value(let node, let indentation, let depth):
        indent(indentation, unless: false)
        behindIndicator(":", node, indentation, depth)
      }
    }
  }

  private mutating func emit(
    _ node: Node, _ indentation: Int, _ depth: Int, _ place: Place
  ) throws(YAMLError) {
    count += 1
    guard count <= limits.expandedNodes else {
      throw failure("the tree has more than \(limits.expandedNodes) nodes", node)
    }
    let tag = CoreSchema.customTag(node.tag).map(Emitter.shorthand)
    // The first entry of a block may stand behind the `-` of the block around it.
    let onLine = place == .entry && tag == nil
    switch node.content {
    case .scalar(let scalar):
      separate(place, tag)
      output += text(of: node, scalar, indentation: indentation, inRoot: place == .root) + "\n"
    case .sequence(let elements) where elements.isEmpty:
      separate(place, tag)
      output += "[]\n"
    case .mapping(let entries) where entries.isEmpty:
      separate(place, tag)
      output += "{}\n"
    case .sequence(let elements):
      try check(depth, node)
      begin(place, tag)
      for (index, element) in elements.enumerated().reversed() {
        let first = index == 0 && onLine
        work.append(.element(element, indentation: indentation, depth: depth, first: first))
      }
    case .mapping(let entries):
      try check(depth, node)
      begin(place, tag)
      for (index, entry) in entries.enumerated().reversed() {
        let first = index == 0 && onLine
        work.append(.entry(entry, indentation: indentation, depth: depth, first: first))
      }
    }
  }

  private func check(_ depth: Int, _ node: Node) throws(YAMLError) {
    guard depth > limits.boundedNesting else { return }
    throw failure("the tree is nested more than \(limits.boundedNesting) levels deep", node)
  }

  private mutating func emit(_ entry: Node.Entry, _ indentation: Int, _ depth: Int) {
    if case .scalar(let scalar) = entry.key.content {
      let tag = CoreSchema.customTag(entry.key.tag).map { Emitter.shorthand($0) + " " } ?? ""
      let value = entry.key.value ?? .null
      let key = tag + ScalarText.inline(value, scalar)
      // A key of one line is limited to 1024 characters.
      if key.utf8.count <= 1000 {
        count += 1
        output += key + ":"
        work.append(
          .node(entry.value, indentation: indentation + 2, depth: depth + 1, .value))
        return
      }
    }
    work.append(.value(entry.value, indentation: indentation, depth: depth))
    behindIndicator("?", entry.key, indentation, depth)
  }

  private mutating func behindIndicator(
    _ sign: String, _ node: Node, _ indentation: Int, _ depth: Int
  ) {
    let startsHere = startsOnLine(node)
    output += startsHere ? sign + " " : sign
    work.append(
      .node(
        node, indentation: indentation + 2, depth: depth + 1, startsHere ? .entry : .value))
  }

  /// True for a block that begins on the line of its `-`: the blank is written before it.
  private func startsOnLine(_ node: Node) -> Bool {
    if CoreSchema.customTag(node.tag) != nil { return false }
    switch node.content {
    case .scalar: return false
    case .sequence(let elements): return !elements.isEmpty
    case .mapping(let entries): return !entries.isEmpty
    }
  }

  /// Writes the blank and the tag before something on the same line.
  private mutating func separate(_ place: Place, _ tag: String?) {
    if place == .value { output += " " }
    if let tag { output += tag + " " }
  }

  /// Writes the tag and the break before a block.
  private mutating func begin(_ place: Place, _ tag: String?) {
    if let tag { output += (place == .value ? " " : "") + tag }
    if place == .value || tag != nil { output += "\n" }
  }

  private mutating func indent(_ indentation: Int, unless done: Bool) {
    if !done { output += String(repeating: " ", count: indentation) }
  }

  private func text(
    of node: Node, _ scalar: Node.Scalar, indentation: Int, inRoot: Bool
  ) -> String {
    let value = node.value ?? .null
    if !inRoot, case .string(let text) = value,
      let block = ScalarText.literal(text, indentation: indentation)
    {
      return block
    }
    return ScalarText.inline(value, scalar)
  }

  private func failure(_ message: String, _ node: Node) -> YAMLError {
    let start = node.start ?? SourcePosition(line: 1, column: 1, offset: 0)
    return YAMLError(message, name: node.source?.name ?? "tree", position: start)
  }

  /// The short form of a tag, or the form in `!<>` where there is none.
  private static func shorthand(_ tag: String) -> String {
    func simple(_ text: Substring) -> Bool {
      !text.isEmpty && text.utf8.allSatisfy { Byte.isWord($0) || $0 == Byte.dot }
    }
    if tag.hasPrefix("!"), simple(tag.dropFirst()) { return tag }
    if tag.hasPrefix(CoreSchema.prefix) {
      let name = tag.dropFirst(CoreSchema.prefix.count)
      if simple(name) { return "!!" + name }
    }
    var escaped = ""
    for byte in tag.utf8 {
      if Byte.isURI(byte) {
        escaped.unicodeScalars.append(Unicode.Scalar(byte))
      } else {
        let digits = String(byte, radix: 16, uppercase: true)
        escaped += "%" + (digits.count < 2 ? "0" : "") + digits
      }
    }
    return "!<\(escaped)>"
  }
}

extension YAML {
  /// The tree as a YAML document in block style; reads back to an equal tree.
  ///
  /// - Throws: `YAMLError` if the tree is deeper or larger than the limits allow.
  public static func emit(
    _ node: Node, limits: YAML.Limits = .standard
  ) throws(YAMLError) -> String {
    var emitter = Emitter(limits: limits)
    try emitter.emit(root: node)
    return emitter.output
  }
}
