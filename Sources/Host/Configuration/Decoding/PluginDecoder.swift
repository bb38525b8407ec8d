import EspalierProtocols

extension ConfigDecoder {
  /// A plugin as it was written: its name, and its options if there are any.
  private struct Written {
    var name: String
    var place: ConfigPlace
    var origin: [String]
    var options: ConfigNode?
  }

  /// Makes the plugin that a node names.
  ///
  /// - Parameter slot: where it stands, for messages: "as `optimizer`".
  /// - Returns: `nil` when a problem was reported, or was before.
  mutating func plugin(
    _ node: ConfigNode, _ kind: PluginKind, _ path: String, slot: String
  ) -> (any Plugin)? {
    guard let written = written(node, kind, path, slot) else { return nil }
    switch catalog.meaning(kind, written.name) {
    case .found(let entry): return make(entry, written, kind, path)
    case .ambiguous(let entries):
      problems.append(ambiguous(written.name, entries, path, written.place, written.origin))
    case .unknown:
      let diagnostic = unknownPlugin(written.name, kind, path, written.place, written.origin)
      problems.append(diagnostic)
      if diagnostic.code == .unknownPlugin, let name = diagnostic.suggestion {
        checkOptions(of: written, as: name, kind, path)
      }
    }
    return nil
  }

  /// The plugin with its options filled and checked.
  private mutating func make(
    _ entry: Catalog.Entry, _ written: Written, _ kind: PluginKind, _ path: String
  ) -> (any Plugin)? {
    let made = entry.type.init()
    // Paths have the plugin's own name, however it was written.
    let inner = path + "." + entry.name
    places.note(path, written.place, written.origin)
    places.note(inner, written.place, written.origin)
    let items = SchemaItem.items(of: made)
    let ownsName = items.contains { $0.name == "name" }
    let owner = Owner(
      name: written.name, path: inner, place: written.place, origin: written.origin, plugin: entry,
      takesName: kind == .layer && !ownsName)
    guard let options = options(written, items, owner) else { return nil }
    let before = problems.count
    decode(options, items, owner)
    noteShortPaths(options, path, inner)
    let name = owner.takesName ? layerName(options, inner) : nil
    // Those that have no value because another file is missing make the plugin unusable, though
    // there is nothing more to report.
    guard problems.count == before, items.allSatisfy(\.isSet) else { return nil }
    do { try made.validate() } catch {
      problems.append(refused(error, owner))
      return nil
    }
    guard kind == .layer else { return made }
    let layer = (made as? any Layer) ?? (made as? any Activation).map { ActivationLayer($0) }
    guard let layer else { return nil }
    return name.map { layer.named($0) } ?? layer
  }

  /// What is wrong with the options of a plugin whose name is misspelt, so that it is told in the same
  /// run. Nothing is called missing: the name may have been meant for another plugin.
  private mutating func checkOptions(
    of written: Written, as name: String, _ kind: PluginKind, _ path: String
  ) {
    guard let entry = catalog.entry(kind, name), let options = written.options?.entries else {
      return
    }
    let items = catalog.items(entry)
    let owner = Owner(
      name: entry.name, path: path + "." + entry.name, place: written.place,
      origin: written.origin, plugin: entry,
      takesName: kind == .layer && !items.contains { $0.name == "name" })
    let wasIncomplete = isIncomplete
    isIncomplete = true
    decode(options, items, owner)
    isIncomplete = wasIncomplete
  }

  /// `optimizer.learning_rate` finds the same place as `optimizer.adam.learning_rate`.
  private mutating func noteShortPaths(_ options: [ConfigEntry], _ path: String, _ inner: String) {
    for option in options {
      guard let entry = places[inner + "." + option.key] else { continue }
      places.note(path + "." + option.key, entry.place, entry.origin)
    }
  }

  private mutating func written(
    _ node: ConfigNode, _ kind: PluginKind, _ path: String, _ slot: String
  ) -> Written? {
    switch node.content {
    case .invalid: return nil
    case .scalar(let scalar):
      if scalar.value != .null, scalar.isPlain || scalar.value == .text(scalar.text) {
        // A name that reads as a number or a truth value is still only a wrong name.
        if case .text = scalar.value {
          return Written(name: scalar.text, place: node.place, origin: node.origin)
        }
      }
      problems.append(notAPlugin(node, kind, path, slot))
      return nil
    case .list:
      problems.append(notAPlugin(node, kind, path, slot))
      return nil
    case .table(let entries):
      if entries.count == 1 {
        return Written(
          name: entries[0].key, place: entries[0].keyPlace, origin: entries[0].keyOrigin,
          options: entries[0].value)
      }
      if entries.isEmpty {
        problems.append(notAPlugin(node, kind, path, slot))
      } else {
        problems.append(severalKeys(entries, node, kind, path))
      }
      return nil
    }
  }

  /// The options as keys, or `nil` with a problem reported.
  private mutating func options(
    _ written: Written, _ items: [SchemaItem], _ owner: Owner
  ) -> [ConfigEntry]? {
    guard let options = written.options, !options.isNull else { return [] }
    if options.isInvalid { return nil }
    if let entries = options.entries { return entries }
    let key = items.first(where: \.isRequired) ?? items.first
    let shown = Printable.short("\(options.value())")
    let label =
      key.map { "write `\(owner.name): {\($0.name): \(shown)}`" }
      ?? "\(owner.name) has no options: write the name alone"
    problems.append(
      Diagnostic(
        .optionsForm,
        "the options of \(owner.name) are a group of keys, not \(options.value().kindInWords)",
        at: options.place, path: owner.path, origin: options.origin, found: options.inShort,
        allowed: "a group of keys", label: label,
        notes: owner.plugin.map { otherMeanings(owner.name, $0) } ?? []))
    return nil
  }

  /// The name that a layer was given, if it is one.
  private mutating func layerName(_ options: [ConfigEntry], _ path: String) -> String? {
    guard let value = options.first(where: { $0.key == "name" })?.value, !value.isInvalid else {
      return nil
    }
    if case .text(let name) = value.value(for: .text), isName(name) { return name }
    problems.append(
      Diagnostic(
        .layerName, "\(Printable.code(value.inShort)) is no name for a layer", at: value.place,
        path: path + ".name", origin: value.origin, found: value.inShort,
        allowed: "letters, digits, `_` and `-`",
        label: "use letters, digits, `_` and `-`"))
    return nil
  }

  private func isName(_ text: String) -> Bool {
    guard let first = text.unicodeScalars.first, text.utf8.count <= 100 else { return false }
    return (first.properties.isAlphabetic || first == "_")
      && text.unicodeScalars.allSatisfy {
        $0.properties.isAlphabetic || ("0"..."9").contains($0) || $0 == "_" || $0 == "-"
      }
  }

  private func refused(_ error: any Error, _ owner: Owner) -> Diagnostic {
    let words = PluginErrorWords(error, of: owner.name, from: owner.plugin)
    let path = words.parameter.map { owner.path + "." + $0 } ?? owner.path
    let entry = places.nearest(path)
    return Diagnostic(
      .refused, words.message, at: entry?.place ?? owner.place, path: path,
      origin: entry?.origin ?? owner.origin, label: words.remedy)
  }
}
