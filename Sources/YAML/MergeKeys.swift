// Merge keys: `<<: *base` and `<<: [*first, *second]`.
extension Composer {
  /// True for a plain `<<`; in quotes it is a key like any other.
  func isMergeKey(_ key: Node) -> Bool {
    guard case .scalar(let scalar) = key.content, scalar.text == "<<" else { return false }
    return scalar.style == .plain && key.tag == nil || key.tag == CoreSchema.prefix + "merge"
  }

  /// The entries with every merge key replaced by what it brings.
  ///
  /// The mapping's own keys win, then the mapping named first.
  func merged(_ entries: [Node.Entry]) throws(YAMLError) -> [Node.Entry] {
    var taken = Set<Node>()
    for entry in entries where !isMergeKey(entry.key) { taken.insert(entry.key) }
    var result: [Node.Entry] = []
    for entry in entries {
      guard isMergeKey(entry.key) else {
        result.append(entry)
        continue
      }
      for base in try bases(of: entry) {
        for other in base where taken.insert(other.key).inserted {
          result.append(Node.Entry(key: other.key, value: other.value, mergedAt: entry.key.start))
        }
      }
    }
    return result
  }

  private func bases(of entry: Node.Entry) throws(YAMLError) -> [[Node.Entry]] {
    switch entry.value.content {
    case .mapping(let entries): return [entries]
    case .sequence(let elements):
      var bases: [[Node.Entry]] = []
      for element in elements {
        guard case .mapping(let entries) = element.content else { throw notAMapping(element) }
        bases.append(entries)
      }
      return bases
    case .scalar: throw notAMapping(entry.value)
    }
  }

  private func notAMapping(_ node: Node) -> YAMLError {
    let offset = (node.alias ?? node.start)?.offset ?? 0
    return source.error(
      "`<<` takes a mapping or a list of mappings", at: offset,
      found: source.quotation(at: offset), hint: "quote `<<` if it is meant as a key")
  }
}
