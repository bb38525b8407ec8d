import EspalierProtocols

/// Lays one config over another: groups are merged, everything else is replaced.
struct TreeMerger {
  let catalog: Catalog

  func merge(_ base: ConfigNode, _ over: ConfigNode, _ slot: SchemaSlot = .root) -> ConfigNode {
    if case .items(_, let shortKey?) = slot, base.scalar != nil || over.scalar != nil {
      let (below, above) = (base.expanded(shortKey), over.expanded(shortKey))
      if below.scalar == nil, above.scalar == nil { return merge(below, above, slot) }
    }
    guard let below = base.entries, let above = over.entries else {
      // A section's name with nothing behind it says nothing.
      if case .items = slot, over.isNull, base.entries != nil { return base }
      return over
    }
    switch slot {
    case .items(let items, _):
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

  private func slotOf(_ key: String, _ items: [SchemaItem]) -> SchemaSlot {
    items.first { $0.name == key }.map(SchemaSlot.init) ?? .unknown
  }

  private func merge(
    _ below: [ConfigEntry], _ above: [ConfigEntry], slot: (String) -> SchemaSlot
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
