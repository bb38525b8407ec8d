import EspalierProtocols

// What is wrong with keys: unknown ones, misplaced ones, missing ones.
extension ConfigDecoder {
  func unknownKey(
    _ entry: ConfigEntry, _ items: [SchemaItem], _ present: Set<String>, _ owner: Owner
  ) -> Diagnostic {
    let key = entry.key
    let code: DiagnosticCode =
      owner.plugin != nil
      ? .unknownParameter
      : owner.path.isEmpty && !owner.isSweep
        ? .unknownSection : .unknownKey
    let message =
      switch code {
      case .unknownParameter: "\(owner.name) has no parameter \(Printable.code(key))"
      case .unknownSection: "a config has no section \(Printable.code(key))"
      default: "\(owner.name) has no key \(Printable.code(key))"
      }
    let path = owner.path.isEmpty ? key : owner.path + "." + key
    var diagnostic = Diagnostic(
      code, message, at: entry.keyPlace, path: path, origin: entry.keyOrigin, found: key)
    let names = items.map(\.name) + (owner.takesName && !items.isEmpty ? ["name"] : [])
    let near = Suggestion.nearest(key, among: names)
    let isSure = near.first.map {
      Suggestion.isSynonym(key, of: $0) || Suggestion.score(key, $0) ?? 9 <= 1
    }
    let elsewhere = owner.isSweep ? inConfig(key) : elsewhere(key, owner)
    // A name that is right elsewhere beats one that is only similar here.
    if let elsewhere, isSure != true {
      diagnostic.label = elsewhere
    } else if let best = near.first {
      diagnostic.suggestion = best
      diagnostic.label = didYouMean(near, items, present)
    } else if names.isEmpty {
      diagnostic.label = "\(owner.name) has no options: write its name alone"
    } else {
      diagnostic.label = "known here: " + Printable.alternatives(names, "and")
    }
    if let entry = owner.plugin, near.isEmpty, elsewhere == nil {
      let kinds = owner.takesName ? [.layer, .activation] : [entry.kind]
      let others = kinds.flatMap(catalog.all).filter { other in
        catalog.items(other).contains { $0.name == key }
      }.map(catalog.unambiguousName)
      if !others.isEmpty {
        let list = Printable.alternatives(Array(others.prefix(5)), "and")
        diagnostic.notes.append(
          .init("\(Printable.code(key)) is a parameter of \(list)"))
      }
    }
    if let entry = owner.plugin { diagnostic.notes += otherMeanings(owner.name, entry) }
    return diagnostic
  }

  /// What else the name of a plugin may stand for, when its options do not suit it.
  func otherMeanings(_ name: String, _ entry: Catalog.Entry) -> [Diagnostic.Note] {
    guard name != entry.name, name != entry.qualifiedName else { return [] }
    var notes = [Diagnostic.Note("\(Printable.code(name)) is another name of `\(entry.name)`")]
    let kinds: [PluginKind] = entry.kind == .activation ? [.layer] : []
    for kind in kinds {
      let others = (Synonyms.table[name] ?? []).filter {
        !catalog.lookUp(kind, $0).candidates.isEmpty
      }
      if !others.isEmpty {
        notes.append(
          .init("if a \(kind.name) was meant, it is called " + Printable.alternatives(others)))
      }
    }
    return notes
  }

  private func didYouMean(
    _ near: [String], _ items: [SchemaItem], _ present: Set<String>
  ) -> String {
    guard let best = items.first(where: { $0.name == near[0] }) else {
      return "did you mean \(Printable.alternatives(near))?"
    }
    if present.contains(best.name) {
      return "did you mean `\(best.name)`? It is there already: remove this line"
    }
    if near.count > 1 { return "did you mean \(Printable.alternatives(near))?" }
    return "did you mean `\(best.name)`? (\(best.summary))"
  }

  /// What is right in a config has another place in a sweep.
  private func inConfig(_ key: String) -> String? {
    for name in [key] + (Synonyms.table[key.lowercased()] ?? []) {
      guard let section = ConfigKeys.sections[name] else { continue }
      let path = section.isEmpty ? name : section + "." + name
      return "it belongs to the config: write `\(path): …` under `set`, or under `parameters`"
    }
    return nil
  }

  /// Where else in a config the key is right.
  private func elsewhere(_ key: String, _ owner: Owner) -> String? {
    // What others call an option need not be what a plugin lacks.
    let names = [key] + (owner.plugin == nil ? Synonyms.table[key.lowercased()] ?? [] : [])
    for name in names {
      if let path = ConfigKeys.sections[name], path != owner.path {
        return path.isEmpty
          ? "\(Printable.code(name)) stands at the outermost level of the config"
          : "\(Printable.code(name)) belongs to \(Printable.code(path))"
      }
    }
    // An option of the plugin that the config has in one of its places for a single one.
    for name in names {
      for (section, kind) in ConfigKeys.plugins {
        guard let written = root[section]?.writtenName, kind != owner.plugin?.kind else { continue }
        // The name may be wrong too; then any plugin of the kind tells.
        let chosen =
          catalog.entry(kind, written)
          ?? suggestions(written, kind).first.flatMap { catalog.entry(kind, $0) }
        let entries = chosen.map { [$0] } ?? catalog.all(of: kind)
        guard entries.contains(where: { has(name, $0) }) else { continue }
        let plugin = chosen.map { catalog.spelling(of: $0, for: kind) } ?? "…"
        return "it belongs to the \(kind.name): `\(section): {\(plugin): {\(name): …}}`"
      }
    }
    guard owner.plugin == nil else { return nil }
    for (section, kind) in ConfigKeys.plugins + ConfigKeys.lists {
      if let entry = catalog.lookUp(kind, key).candidates.first {
        return "\(Printable.code(entry.name)) is \(Printable.article(kind.name)): "
          + "write it under \(Printable.code(section))"
      }
    }
    return nil
  }

  /// Everything that a section or a plugin lacks, as one problem; each section of its own.
  func missing(_ items: [SchemaItem], _ owner: Owner) -> [Diagnostic] {
    guard items.count > 1, !owner.path.isEmpty, let first = items.first else {
      return items.map { item in
        missing(item, owner.path.isEmpty ? item.name : owner.path + "." + item.name, owner)
      }
    }
    var result = missing(first, owner.path + "." + first.name, owner)
    result.message = "\(owner.name) needs \(Printable.alternatives(items.map(\.name), "and"))"
    if let sample = owner.plugin.map(sample), sample != owner.plugin?.name, sample.count <= 80 {
      result.label = "add them, for example `\(sample)`"
    }
    result.notes = items.map { .init("`\($0.name)`: \($0.text) (\($0.summary))") }
    return [result]
  }

  private func has(_ name: String, _ entry: Catalog.Entry) -> Bool {
    catalog.items(entry).contains { $0.name == name }
  }

  /// A fragment that decodes, even where the plugin's name alone would be ambiguous.
  private func sample(_ entry: Catalog.Entry) -> String {
    entry.manifest.sample == entry.name
      ? entry.name : entry.sample(as: catalog.unambiguousName(of: entry))
  }

  func missing(_ item: SchemaItem, _ path: String, _ owner: Owner) -> Diagnostic {
    if owner.path.isEmpty {
      let example = owner.examples[item.name] ?? "\(item.name): …"
      return Diagnostic(
        .missingSection, "\(owner.name) has no \(Printable.code(item.name)): \(item.text)",
        at: ConfigPlace(file: owner.place.file, line: 1, column: 1), path: path,
        label: "add, for example, `\(example)`")
    }
    let example: String
    if let entry = owner.plugin {
      let sample = sample(entry)
      let isShort = sample != entry.name && sample.count <= 80
      example = isShort ? sample : "\(catalog.unambiguousName(of: entry)): {\(item.name): …}"
    } else {
      example = owner.examples[item.name] ?? "\(item.name): …"
    }
    return Diagnostic(
      .missingParameter, "\(owner.name) needs \(Printable.code(item.name)): \(item.text)",
      at: owner.place, path: path, origin: owner.origin, allowed: item.summary,
      label: "add it, for example `\(example)` (\(item.summary))")
  }
}

/// The keys of all sections, for finding out where a misplaced one belongs.
enum ConfigKeys {
  /// A key to the section that has it; names that several have are left out.
  static let sections: [String: String] = {
    var result: [String: String] = [:]
    func add(_ items: [SchemaItem], _ path: String) {
      for item in items where item.name != "name" {
        result[item.name] = result[item.name] == nil ? path : nil
        if case .section(let section) = item.content {
          add(SchemaItem.items(of: section), path.isEmpty ? item.name : path + "." + item.name)
        }
      }
    }
    add(SchemaItem.items(of: RunConfiguration()), "")
    return result
  }()

  /// The sections that hold one plugin, with its kind.
  static let plugins: [(section: String, kind: PluginKind)] = components { $0 != .many }
  /// The sections that hold a list of plugins.
  static let lists: [(section: String, kind: PluginKind)] = components { $0 == .many }

  private static func components(
    _ condition: (Multiplicity) -> Bool
  ) -> [(section: String, kind: PluginKind)] {
    func collect(_ items: [SchemaItem], _ path: String) -> [(section: String, kind: PluginKind)] {
      items.flatMap { item -> [(section: String, kind: PluginKind)] in
        let name = path.isEmpty ? item.name : path + "." + item.name
        switch item.content {
        case .component(let component) where condition(component.multiplicity):
          return [(name, component.kind)]
        case .section(let section): return collect(SchemaItem.items(of: section), name)
        default: return []
        }
      }
    }
    return collect(SchemaItem.items(of: RunConfiguration()), "")
  }
}

extension ConfigNode {
  /// The name of the plugin that stands here.
  var writtenName: String? {
    if case .text(let name)? = scalar?.value { return name }
    if let entries, entries.count == 1 { return entries[0].key }
    return nil
  }
}
