import EspalierProtocols

// What is wrong where a plugin should stand.
extension ConfigDecoder {
  func unknownPlugin(
    _ name: String, _ kind: PluginKind, _ path: String, _ place: ConfigPlace, _ origin: [String]
  ) -> Diagnostic {
    let names = catalog.names(kind)
    let listed = catalog.all(of: kind).map(\.name)
    let near = suggestions(name, kind, names)
    var diagnostic = Diagnostic(
      .unknownPlugin, "there is no \(kind.name) named \(Printable.code(name))", at: place,
      path: path, origin: origin, found: name)
    let others = PluginKind.all.filter { $0 != kind && catalog.find($0, name) != nil }
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
        names.isEmpty
        ? "there are no \(kind.plural) in this program"
        : "\(kind.plural) are " + some(listed, "and")
    }
    return diagnostic
  }

  /// The nearest names, one for each plugin.
  func suggestions(_ name: String, _ kind: PluginKind, _ names: [String]) -> [String] {
    var result: [String] = []
    var types = Set<ObjectIdentifier>()
    let near = Suggestion.nearest(name, among: names)
    for other in near {
      guard let entry = catalog.entry(kind, other),
        types.insert(ObjectIdentifier(entry.type)).inserted
      else { continue }
      // Of two names that are as near, the proper one.
      result.append(near.contains(entry.name) ? entry.name : other)
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
    let names = catalog.all(of: kind).map(\.name)
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
    let plugins = entries.filter { catalog.entry(kind, $0.key) != nil }
    if let named = entries.first(where: { ["type", "name", "class", "kind"].contains($0.key) }),
      plugins.isEmpty, case .text(let name)? = named.value.scalar?.value
    {
      // As in frameworks that have `type: adam` beside the options.
      let options = entries.filter { $0.key != named.key }.prefix(3).map {
        "\($0.key): \(Printable.short("\($0.value.value())", 20))"
      }
      diagnostic.place = named.keyPlace
      let found =
        catalog.entry(kind, name)?.name
        ?? Suggestion.nearest(name, among: catalog.names(kind)).first ?? name
      diagnostic.label =
        "the name itself is the key: `\(found): {\(options.joined(separator: ", "))}`"
      return diagnostic
    }
    guard let plugin = plugins.first, let entry = catalog.entry(kind, plugin.key) else {
      let near = entries.lazy.compactMap { entry in
        Suggestion.nearest(entry.key, among: catalog.names(kind)).first.map { (entry, $0) }
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
