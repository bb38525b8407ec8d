import EspalierProtocols

/// Fills sections and plugins from the config tree and collects all that does not fit.
struct ConfigDecoder {
  let catalog: Catalog
  let root: ConfigNode
  /// Folder of the run's config; paths from files in other folders are rewritten to it.
  let folder: String
  /// Whether a part of the config could not be read, so that nothing can be called missing.
  var isIncomplete: Bool
  var problems: [Diagnostic] = []
  var places = PlaceTable()

  init(catalog: Catalog, root: ConfigNode, folder: String, isIncomplete: Bool) {
    self.catalog = catalog
    self.root = root
    self.folder = folder
    self.isIncomplete = isIncomplete
  }

  /// Who has the keys that are being read, for messages.
  struct Owner {
    /// "sgd", "`training`", "the config".
    var name: String
    var path: String
    var place: ConfigPlace
    var origin: [String]
    var plugin: Catalog.Entry?
    var examples: [String: String] = [:]
    /// Whether its keys are those of a sweep, not of a config.
    var isSweep = false
    /// Whether the key `name` is allowed beside the options.
    var takesName = false
  }

  mutating func decodeRoot(into configuration: RunConfiguration) {
    let entries = (root.entries ?? []).filter { !$0.key.hasPrefix("x-") }
    let owner = Owner(
      name: "the config", path: "", place: root.place, origin: [],
      examples: RunConfiguration.examples)
    decode(entries, SchemaItem.items(of: configuration), owner)
  }

  /// Reads the keys of a section or the options of a plugin.
  mutating func decode(_ entries: [ConfigEntry], _ items: [SchemaItem], _ owner: Owner) {
    let unknown = entries.filter { entry in !items.contains { $0.name == entry.key } }
    var meant = Set<String>()
    let present = Set(entries.map(\.key))
    for entry in unknown where !(owner.takesName && entry.key == "name") {
      let diagnostic = unknownKey(entry, items, present, owner)
      // What is misspelt is not missing as well.
      if let suggestion = diagnostic.suggestion { meant.insert(suggestion) }
      problems.append(diagnostic)
    }
    let lacking = items.filter { item in
      item.isRequired && !present.contains(item.name) && !meant.contains(item.name)
    }
    if !isIncomplete { problems += missing(lacking, owner) }
    for item in items {
      let path = owner.path.isEmpty ? item.name : owner.path + "." + item.name
      guard let entry = entries.first(where: { $0.key == item.name }) else { continue }
      let isPlain = entry.value.scalar.map { !$0.text.isEmpty } ?? false
      places.note(path, isPlain ? entry.value.place : entry.keyPlace, entry.value.origin)
      decode(entry, item, path, owner)
    }
  }

  private mutating func decode(
    _ entry: ConfigEntry, _ item: SchemaItem, _ path: String, _ owner: Owner
  ) {
    guard !entry.value.isInvalid else { return }
    switch item.content {
    case .section(let section): decode(entry, section, path)
    case .component(let component): decode(entry, item, component, path, owner)
    case .parameter(let parameter): decode(entry, item, parameter, path, owner)
    }
  }

  private mutating func decode(_ entry: ConfigEntry, _ section: any ConfigSection, _ path: String) {
    let items = SchemaItem.items(of: section)
    let written = entry.value.expanded(type(of: section).shortKey)
    guard let entries = written.entries ?? (written.isNull ? [] : nil) else {
      let example = items.first.map { "\(entry.key): {\($0.name): …}" } ?? ""
      problems.append(
        Diagnostic(
          .sectionForm,
          "\(Printable.code(path)) is a group of keys, not \(entry.value.value().kindInWords)",
          at: entry.value.place, path: path, origin: entry.value.origin,
          found: entry.value.inShort, allowed: "a group of keys",
          label: "its keys are " + Printable.alternatives(items.map(\.name), "and")
            + ", as in `\(example)`"))
      return
    }
    let owner = Owner(
      name: Printable.code(path), path: path, place: entry.keyPlace, origin: entry.keyOrigin,
      examples: type(of: section).examples)
    decode(entries, items, owner)
  }

  // MARK: Components

  private mutating func decode(
    _ entry: ConfigEntry, _ item: SchemaItem, _ component: any AnyComponent, _ path: String,
    _ owner: Owner
  ) {
    let kind = component.kind
    let node = entry.value
    switch component.multiplicity {
    case .many:
      if node.isNull, component.hasDefault {
        component.assign([])
        return
      }
      if node.elements == nil, let several = node.entries, several.count > 1,
        several.allSatisfy({ catalog.knows(kind, $0.key) })
      {
        problems.append(listNeeded(several, kind, path, node))
        return
      }
      var plugins: [any Plugin] = []
      let nodes = node.elements ?? [node]
      var names = LayerNames()
      for (index, element) in nodes.enumerated() {
        guard
          let plugin = plugin(
            element, kind, "\(path)[\(index)]", slot: "in \(Printable.code(path))")
        else { continue }
        plugins.append(plugin)
        if let named = plugin as? Named, let problem = names.add(named.name, element, path) {
          problems.append(problem)
        }
      }
      if plugins.count == nodes.count {
        if plugins.isEmpty, !component.hasDefault { problems.append(missing(item, path, owner)) }
        component.assign(plugins)
      }
    case .one, .optional:
      if node.isNull, component.multiplicity == .optional {
        component.assign([])
        return
      }
      var single = node
      if let elements = node.elements {
        guard elements.count == 1 else {
          problems.append(tooMany(elements.count, kind, path, node))
          return
        }
        single = elements[0]
      }
      if let plugin = plugin(single, kind, path, slot: "as \(Printable.code(path))") {
        component.assign([plugin])
      }
    }
  }

  private func tooMany(
    _ count: Int, _ kind: PluginKind, _ path: String, _ node: ConfigNode
  ) -> Diagnostic {
    Diagnostic(
      .tooManyPlugins,
      "\(Printable.code(path)) takes one \(kind.name), not "
        + (count == 0 ? "an empty list" : "a list of \(count)"),
      at: node.place, path: path, origin: node.origin, allowed: Printable.article(kind.name),
      label: count == 0 ? "name one" : "keep one of them")
  }

  private func listNeeded(
    _ entries: [ConfigEntry], _ kind: PluginKind, _ path: String, _ node: ConfigNode
  ) -> Diagnostic {
    Diagnostic(
      .severalKeys, "\(Printable.code(path)) is a list, since the order of \(kind.plural) counts",
      at: entries[0].keyPlace, path: path, origin: node.origin, allowed: "a list",
      label: "put `- ` before each: `- \(entries[0].key)`, `- \(entries[1].key)`")
  }

  // MARK: Parameters

  private mutating func decode(
    _ entry: ConfigEntry, _ item: SchemaItem, _ parameter: any AnyParameter, _ path: String,
    _ owner: Owner
  ) {
    let value = rebased(entry.value, parameter.form)
    do throws(ValueProblem) {
      try parameter.assign(value)
    } catch {
      problems.append(valueProblem(error, entry, item, parameter, path, owner))
    }
  }

  /// A file path that stands in a file of another folder, as seen from the run's config.
  private func rebased(_ node: ConfigNode, _ form: ValueForm) -> ConfigValue {
    let value = node.value(for: form)
    guard let from = node.place.text?.folder, from != folder else { return value }
    func rebase(_ value: ConfigValue, _ form: ValueForm) -> ConfigValue {
      switch (value, form) {
      case (.text(let path), .path) where ConfigFiles.isRelative(path):
        return .text(ConfigFiles.relative(ConfigFiles.join(from, path), to: folder))
      case (_, .optional(let wrapped)): return rebase(value, wrapped)
      case (.list(let values), .list(let element)):
        return .list(values.map { rebase($0, element) })
      case (_, .list(let element)): return rebase(value, element)
      case (.table(let entries), .table(let element)):
        return .table(entries.map { .init($0.key, rebase($0.value, element)) })
      default: return value
      }
    }
    return rebase(value, form)
  }
}

/// The names that were given to layers of one list, to find one that is given twice.
struct LayerNames {
  private var known: [String: ConfigPlace] = [:]

  /// Whether a text can be a layer's name, which becomes part of the names of its weights.
  static func isName(_ text: String) -> Bool {
    guard let first = text.unicodeScalars.first, text.utf8.count <= 100 else { return false }
    return (first.properties.isAlphabetic || first == "_")
      && text.unicodeScalars.allSatisfy {
        $0.properties.isAlphabetic || ("0"..."9").contains($0) || $0 == "_" || $0 == "-"
      }
  }

  mutating func add(_ name: String, _ node: ConfigNode, _ path: String) -> Diagnostic? {
    let value = node.entries?.first?.value["name"]
    let place = value?.place ?? node.place
    guard let first = known[name] else {
      known[name] = place
      return nil
    }
    return Diagnostic(
      .layerNameTwice, "two layers are named \(Printable.code(name))", at: place, path: path,
      origin: node.origin, found: name, label: "give this one another name",
      notes: [.init("the first one", at: first)])
  }
}
