/// Builds the tree of a document from its events: aliases, tags, unique keys and merge keys.
struct Composer {
  let source: Source
  let limits: Limits
  let options: Options
  private let events: [Event]
  private var index = 0
  private var locator: Locator
  /// The nodes that have an anchor, with the number of nodes that each stands for.
  private var anchors: [String: (node: Node, size: Int)] = [:]
  /// The anchors of collections that have not ended, with their offsets.
  private var open: [String: Int] = [:]
  /// The nodes so far, with every alias counted as the nodes that it stands for.
  private var expanded = 0

  init(_ events: [Event], _ source: Source, _ limits: Limits, _ options: Options) {
    self.events = events
    self.source = source
    self.limits = limits
    self.options = options
    locator = Locator(source)
  }

  /// The node that starts at the next event.
  mutating func compose() throws(YAMLError) -> Node {
    guard index < events.count else { return .null }
    let event = events[index]
    index += 1
    let start = locator.position(of: event.start)
    if case .alias(let name) = event.kind { return try resolve(name, event, start) }
    let before = expanded
    expanded += 1
    if let anchor = event.anchor { open[anchor] = event.start }
    let content: Node.Content
    switch event.kind {
    case .scalar(let scalar):
      try check(scalar, event)
      content = .scalar(scalar)
    case .sequenceStart:
      content = .sequence(try composeElements())
    case .mappingStart:
      content = .mapping(try composeEntries())
    case .alias, .sequenceEnd, .mappingEnd:
      return .null
    }
    var end = event.end
    switch event.kind {
    case .sequenceStart, .mappingStart:
      if index < events.count { end = events[index].end }
      index += 1
    default: break
    }
    let node = Node(
      content, tag: event.tag, anchor: event.anchor, start: start,
      end: locator.position(of: end), alias: nil, source: source)
    if let anchor = event.anchor {
      open[anchor] = nil
      anchors[anchor] = (node, expanded - before)
    }
    return node
  }

  private mutating func resolve(
    _ name: String, _ event: Event, _ place: SourcePosition
  ) throws(YAMLError) -> Node {
    if let start = open[name] {
      throw source.error(
        "the alias *\(name)* stands inside the value that it refers to", at: event.start,
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

  private var atCollectionEnd: Bool {
    guard index < events.count else { return true }
    return switch events[index].kind {
    case .sequenceEnd, .mappingEnd: true
    default: false
    }
  }

  private mutating func composeElements() throws(YAMLError) -> [Node] {
    var elements: [Node] = []
    while !atCollectionEnd { elements.append(try compose()) }
    return elements
  }

  private mutating func composeEntries() throws(YAMLError) -> [Node.Entry] {
    var entries: [Node.Entry] = []
    var seen: [Node: Node] = [:]
    var merges = false
    while !atCollectionEnd {
      let key = try compose()
      let value = try compose()
      if options.resolvesMergeKeys, isMergeKey(key) {
        merges = true
      } else if !options.allowsDuplicateKeys, let first = seen.updateValue(key, forKey: key) {
        throw duplicate(key, of: first)
      }
      entries.append(Node.Entry(key: key, value: value))
    }
    return merges ? try merged(entries) : entries
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
  private func check(_ scalar: Scalar, _ event: Event) throws(YAMLError) {
    guard let tag = event.tag, CoreSchema.value(of: scalar, tag: tag) == nil else { return }
    let kinds = ["int": "a whole number", "float": "a number", "bool": "true or false"]
    let kind = kinds[String(tag.dropFirst(CoreSchema.prefix.count))] ?? "null"
    throw source.error(
      "the tag asks for \(kind)", at: event.start, found: source.quotation(at: event.start))
  }
}
