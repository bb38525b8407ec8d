import EspalierProtocols

/// What the schema expects in a place of the config.
enum Slot {
  case items([SchemaItem])
  case component(PluginKind, Multiplicity)
  case parameter(any AnyParameter)
  case unknown

  init(_ item: SchemaItem) {
    switch item.content {
    case .parameter(let parameter): self = .parameter(parameter)
    case .component(let component): self = .component(component.kind, component.multiplicity)
    case .section(let section): self = .items(SchemaItem.items(of: section))
    }
  }

  static var root: Slot { .items(SchemaItem.items(of: RunConfiguration())) }
}

extension Catalog {
  /// The plugin that a name means in a place for a kind; an activation may stand for a layer.
  func entry(_ kind: PluginKind, _ name: String) -> Entry? {
    find(kind, name) ?? (kind == .layer ? find(.activation, name) : nil)
  }

  /// All names that are right in a place for a kind, aliases included.
  func names(_ kind: PluginKind) -> [String] {
    let entries = all(of: kind) + (kind == .layer ? all(of: .activation) : [])
    return entries.flatMap { [$0.name] + $0.manifest.aliases }
  }

  /// The options of a plugin in a place for a kind.
  func items(_ entry: Entry) -> [SchemaItem] { SchemaItem.items(of: entry.type.init()) }
}

/// Lays one config over another: groups are merged, everything else is replaced.
struct TreeMerger {
  let catalog: Catalog

  func merge(_ base: ConfigNode, _ over: ConfigNode, _ slot: Slot = .root) -> ConfigNode {
    guard let below = base.entries, let above = over.entries else {
      // A section's name with nothing behind it says nothing.
      if case .items = slot, over.isNull, base.entries != nil { return base }
      return over
    }
    switch slot {
    case .items(let items):
      return ConfigNode(
        content: .table(merge(below, above) { key in slotOf(key, items) }), place: over.place,
        origin: over.origin)
    case .component(let kind, .one), .component(let kind, .optional):
      // Options of another plugin would not suit this one.
      guard below.count == 1, above.count == 1, let first = catalog.entry(kind, below[0].key),
        let second = catalog.entry(kind, above[0].key), first.type == second.type
      else { return over }
      var merged = above[0]
      merged.value = merge(
        below[0].value, above[0].value, .items(catalog.items(second)))
      return ConfigNode(content: .table([merged]), place: over.place, origin: over.origin)
    case .component(_, .many):
      return over
    case .parameter(let parameter):
      guard parameter.form.isTable else { return over }
      return ConfigNode(
        content: .table(merge(below, above) { _ in .unknown }), place: over.place,
        origin: over.origin)
    case .unknown:
      return ConfigNode(
        content: .table(merge(below, above) { _ in .unknown }), place: over.place,
        origin: over.origin)
    }
  }

  private func slotOf(_ key: String, _ items: [SchemaItem]) -> Slot {
    items.first { $0.name == key }.map(Slot.init) ?? .unknown
  }

  private func merge(
    _ below: [ConfigEntry], _ above: [ConfigEntry], slot: (String) -> Slot
  ) -> [ConfigEntry] {
    var result = below
    var index: [String: Int] = [:]
    for (position, entry) in below.enumerated() { index[entry.key] = position }
    for entry in above {
      if let position = index[entry.key] {
        var merged = entry
        merged.value = merge(result[position].value, entry.value, slot(entry.key))
        result[position] = merged
      } else {
        result.append(entry)
      }
    }
    return result
  }
}
