/// Builds the tree of a document from its events: aliases, tags, unique keys and merge keys.
struct Composer {
  let source: SourceText
  let limits: YAML.Limits
  let options: YAML.Options
  private let events: [Event]
  private var locator: Locator
  /// The nodes that have an anchor, with the number of nodes that each stands for.
  private var anchors: [String: (node: Node, size: Int)] = [:]
  /// The anchors of collections that have not ended, with their offsets.
  private var open: [String: Int] = [:]
  /// The nodes so far, with every alias counted as the nodes that it stands for.
  private var expanded = 0

  private var frames: [Frame] = []

  /// A collection that has not ended.
  private struct Frame {
    let opening: Event
    let start: SourcePosition
    /// The nodes before it.
    let before: Int
    var elements: [Node] = []
    var entries: [Node.Entry] = []
    /// The key whose value comes next.
    var key: Node?
    var merges = false
    var keys: [Node] = []
    var places: [Node: Int] = [:]

    /// Remembers a key; the equal one that came before, if any.
    mutating func note(_ key: Node) -> Node? {
      // Most mappings are small: looking through a few keys is faster than a table.
      if keys.count < 12 {
        if let first = keys.first(where: { $0 == key }) { return first }
      } else {
        if places.isEmpty { for (place, key) in keys.enumerated() { places[key] = place } }
        if let place = places.updateValue(keys.count, forKey: key) { return keys[place] }
      }
      keys.append(key)
      return nil
    }
  }

  init(_ events: [Event], _ source: SourceText, _ limits: YAML.Limits, _ options: YAML.Options) {
    self.events = events
    self.source = source
    self.limits = limits
    self.options = options
    locator = Locator(source)
  }

  /// The root of the document.
  ///
  /// The collections that have not ended stand on a stack here, not on the thread's.
  mutating func compose() throws(YAMLError) -> Node {
    var root = Node.null
    for event in events {
      let start = locator.position(of: event.start)
      let node: Node
      switch event.kind {
      case .sequenceStart, .mappingStart:
        if let anchor = event.anchor { open[anchor] = event.start }
        frames.append(Frame(opening: event, start: start, before: expanded))
        expanded += 1
        continue
      case .sequenceEnd, .mappingEnd:
        guard let frame = frames.popLast() else { continue }
        node = try close(frame, at: event.end)
      case .alias(let name):
        node = try resolve(name, event, start)
      case .scalar(let scalar):
        try check(scalar, event)
        expanded += 1
        node = Node(
          .scalar(scalar), tag: event.tag, anchor: event.anchor, start: start,
          end: locator.position(of: event.end), alias: nil, source: source)
        if let anchor = event.anchor { anchors[anchor] = (node, 1) }
      }
      if frames.isEmpty { root = node } else { try add(node) }
    }
    return root
  }

  /// Adds a node to the innermost collection.
  private mutating func add(_ node: Node) throws(YAMLError) {
    let last = frames.count - 1
    if case .sequenceStart = frames[last].opening.kind { return frames[last].elements.append(node) }
    guard let key = frames[last].key else {
      frames[last].key = node
      return
    }
    frames[last].key = nil
    if options.resolvesMergeKeys, isMergeKey(key) {
      frames[last].merges = true
    } else if !options.allowsDuplicateKeys, let first = frames[last].note(key) {
      throw duplicate(key, of: first)
    }
    frames[last].entries.append(Node.Entry(key: key, value: node))
  }

  private mutating func close(_ frame: Frame, at end: Int) throws(YAMLError) -> Node {
    var content = Node.Content.sequence(frame.elements)
    if case .mappingStart = frame.opening.kind {
      content = .mapping(frame.merges ? try merged(frame.entries) : frame.entries)
    }
    let anchor = frame.opening.anchor
    let node = Node(
      content, tag: frame.opening.tag, anchor: anchor, start: frame.start,
      end: locator.position(of: end), alias: nil, source: source)
    if let anchor {
      open[anchor] = nil
      anchors[anchor] = (node, expanded - frame.before)
    }
    return node
  }

  private mutating func resolve(
    _ name: String, _ event: Event, _ place: SourcePosition
  ) throws(YAMLError) -> Node {
    if let start = open[name] {
      throw source.error(
        "the alias *\(name) stands inside the value that it refers to", at: event.start,
        related: .init(label: "the anchor", position: source.position(of: start)))
    }
    guard let (node, size) = anchors[name] else {
      throw source.error(
        "no anchor &\(name) stands before this alias", at: event.start,
        found: source.quotation(at: event.start),
        hint: "declare it above, or quote a text that begins with `*`")
    }
    let (sum, overflows) = expanded.addingReportingOverflow(size)
    guard !overflows, sum <= limits.expandedNodes else {
      throw source.error(
        "the aliases up to here stand for more than \(limits.expandedNodes) nodes",
        at: event.start, hint: "use fewer aliases of aliases")
    }
    expanded = sum
    return node.aliased(at: place)
  }

  private func duplicate(_ key: Node, of first: Node) -> YAMLError {
    let name =
      switch key.text {
      case nil: "this key"
      case "": "the empty key"
      case .some(let text): "the key `\(text.count > 40 ? text.prefix(40) + "…" : text[...])`"
      }
    let place = key.alias ?? key.start
    return source.error(
      "\(name) is written twice in this mapping", at: place?.offset ?? 0,
      hint: "remove one of them",
      related: (first.alias ?? first.start).map { .init(label: "first written", position: $0) })
  }

  /// Refuses a scalar whose tag says what its text is not.
  private func check(_ scalar: Node.Scalar, _ event: Event) throws(YAMLError) {
    guard let tag = event.tag, CoreSchema.value(of: scalar, tag: tag) == nil else { return }
    let kinds = ["int": "a whole number", "float": "a number", "bool": "true or false"]
    let kind = kinds[String(tag.dropFirst(CoreSchema.prefix.count))] ?? "null"
    throw source.error(
      "the tag asks for \(kind)", at: event.start, found: source.quotation(at: event.start))
  }
}
