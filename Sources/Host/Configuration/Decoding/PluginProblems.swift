import EspalierProtocols

// What is wrong where a plugin should stand.
extension ConfigDecoder {
  func unknownPlugin(
    _ name: String, _ kind: PluginKind, _ path: String, _ place: ConfigPlace, _ origin: [String]
  ) -> Diagnostic {
    let listed = catalog.spellings(kind)
    let near = suggestions(name, kind)
    var diagnostic = Diagnostic(
      .unknownPlugin, "there is no \(kind.name) named \(Printable.code(name))", at: place,
      path: path, origin: origin, found: name)
    let others = PluginKind.all.filter { $0 != kind && catalog.knows($0, name) }
    if let other = others.first {
      diagnostic.code = .otherKind
      diagnostic.message =
        "\(Printable.code(name)) is \(Printable.article(other.name)), "
        + "not \(Printable.article(kind.name))"
      let section = (ConfigKeys.plugins + ConfigKeys.lists).first { $0.kind == other }?.section
      diagnostic.label =
        section.map { "it belongs under \(Printable.code($0))" }
        ?? "\(kind.plural) are " + some(listed, "and")
    } else if let first = near.first {
      diagnostic.suggestion = near.count == 1 ? first : nil
      diagnostic.label = "did you mean \(Printable.alternatives(near))?"
    } else {
      diagnostic.label =
        listed.isEmpty
        ? "there are no \(kind.plural) in this program"
        : "\(kind.plural) are " + some(listed, "and")
    }
    return diagnostic
  }

  /// A name that several bundles have.
  func ambiguous(
    _ name: String, _ entries: [Catalog.Entry], _ path: String, _ place: ConfigPlace,
    _ origin: [String]
  ) -> Diagnostic {
    let problem = AmbiguousName(name: name, entries: entries)
    return Diagnostic(
      .ambiguousPlugin, problem.message, at: place, path: path, origin: origin, found: name,
      allowed: problem.choices.joined(separator: ", "),
      label: "write " + Printable.alternatives(problem.choices), notes: problem.notes)
  }

  /// The nearest names, one for each plugin, each so that it means that plugin.
  func suggestions(_ name: String, _ kind: PluginKind) -> [String] {
    let entries = catalog.entries(for: kind)
    guard !name.contains("/") else {
      // The bundle, the name or both may be misspelt.
      let names = entries.flatMap { entry in
        entry.names.map { entry.bundle + "/" + $0 }
      }
      let bare = String(name.split(separator: "/").last ?? "")
      let near = Suggestion.nearest(name, among: names)
      return near.isEmpty && !bare.isEmpty ? suggestions(bare, kind) : near
    }
    var result: [String] = []
    var types = Set<ObjectIdentifier>()
    let near = Suggestion.nearest(name, among: catalog.names(kind))
    for other in near {
      let candidates = catalog.meaning(kind, other).candidates
      for entry in candidates where types.insert(ObjectIdentifier(entry.type)).inserted {
        // Of two names that are as near, the proper one.
        let isProper = near.contains(entry.name)
        result.append(
          isProper
            ? catalog.spelling(of: entry, for: kind)
            : candidates.count == 1 ? other : entry.bundle + "/" + other)
      }
    }
    return result
  }

  /// The first of many names.
  private func some(_ names: [String], _ last: String) -> String {
    let shown = 12
    if names.count <= shown { return Printable.alternatives(names, last) }
    return names.prefix(shown).map(Printable.code).joined(separator: ", ")
      + " and \(names.count - shown) more"
  }

  /// A list, a number or nothing in the place of a plugin.
  func notAPlugin(
    _ node: ConfigNode, _ kind: PluginKind, _ path: String, _ slot: String
  ) -> Diagnostic {
    let names = catalog.spellings(kind)
    let example = names.first ?? kind.name
    var label = "write its name, `\(example)`, or its name with options, `\(example): {…}`"
    if node.isNull { label = "write one: " + some(names, "or") }
    let place =
      node.isNull && node.scalar?.text.isEmpty == true
      ? places[path]?.place ?? node.place : node.place
    return Diagnostic(
      .notAPlugin,
      "\(Printable.article(kind.name)) is needed \(slot), not "
        + (node.entries != nil ? "an empty group" : node.value().kindInWords),
      at: place, path: path, origin: node.origin, found: node.inShort,
      allowed: Printable.article(kind.name), label: label)
  }

  /// Several keys where one plugin should stand: find out which slip it was.
  func severalKeys(
    _ entries: [ConfigEntry], _ node: ConfigNode, _ kind: PluginKind, _ path: String
  ) -> Diagnostic {
    var diagnostic = Diagnostic(
      .severalKeys, "\(Printable.article(kind.name)) is one key with its options, not several keys",
      at: entries[1].keyPlace, path: path, origin: entries[1].keyOrigin,
      allowed: "one key with its options")
    let plugins = entries.filter { catalog.knows(kind, $0.key) }
    if let named = entries.first(where: { ["type", "name", "class", "kind"].contains($0.key) }),
      plugins.isEmpty, case .text(let name)? = named.value.scalar?.value
    {
      // As in frameworks that have `type: adam` beside the options.
      let options = entries.filter { $0.key != named.key }.prefix(3).map {
        "\($0.key): \(Printable.short("\($0.value.value())", 20))"
      }
      diagnostic.place = named.keyPlace
      let found =
        catalog.entry(kind, name).map { catalog.spelling(of: $0, for: kind) }
        ?? suggestions(name, kind).first ?? name
      diagnostic.label =
        "the name itself is the key: `\(found): {\(options.joined(separator: ", "))}`"
      return diagnostic
    }
    guard let plugin = plugins.first,
      let entry = catalog.meaning(kind, plugin.key).candidates.first
    else {
      let near = entries.lazy.compactMap { entry in
        suggestions(entry.key, kind).first.map { (entry, $0) }
      }.first
      diagnostic.place = near?.0.keyPlace ?? entries[0].keyPlace
      diagnostic.label =
        near.map { "did you mean `\($0.1)`? Its options stand below it, indented" }
        ?? "write the \(kind.name)'s name, and its options below it, indented"
      return diagnostic
    }
    if plugins.count > 1 {
      diagnostic.place = plugins[1].keyPlace
      diagnostic.label = "keep one of the two"
      diagnostic.notes = [.init("the first one", at: plugins[0].keyPlace)]
      return diagnostic
    }
    let items = catalog.items(entry)
    let stray = entries.first { $0.key != plugin.key }
    diagnostic.place = stray?.keyPlace
    let key = stray?.key ?? ""
    diagnostic.label =
      items.contains { $0.name == key } || key == "name"
      ? "indent it further: it is an option of `\(entry.name)`"
      : "only options of `\(entry.name)` may follow, indented below it"
    return diagnostic
  }
}
