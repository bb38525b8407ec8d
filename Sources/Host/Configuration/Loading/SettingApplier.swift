import EspalierProtocols

/// Writes the values of `--set` into the tree, along the paths that the schema knows.
struct SettingApplier {
  let catalog: Catalog
  private(set) var problems: [Diagnostic] = []

  init(catalog: Catalog) { self.catalog = catalog }

  /// - Parameter slot: what the tree is; a config unless given.
  mutating func apply(
    _ setting: ConfigSetting, to tree: ConfigNode, _ slot: SchemaSlot = .root
  ) -> ConfigNode {
    if let part = setting.parts.first, part.step == .key("plugins") {
      problems.append(
        Diagnostic(
          .setPackages, "packages of plugins are named in the config alone, not by --set",
          at: setting.place(part), path: setting.path, found: setting.argument,
          label: "write it into the config: `plugins: [./AcmePlugins]`"))
      return tree
    }
    var walk = SettingWalk(catalog: catalog, setting: setting)
    let result = walk.set(setting.parts[...], in: tree, slot, path: "")
    problems += walk.problems
    return result ?? tree
  }
}

/// The way of one `--set` through the tree; `nil` from a step means that a problem was reported.
struct SettingWalk {
  typealias Parts = ArraySlice<ConfigSetting.Part>
  let catalog: Catalog
  let setting: ConfigSetting
  var problems: [Diagnostic] = []

  mutating func set(
    _ parts: Parts, in node: ConfigNode?, _ slot: SchemaSlot, path: String
  ) -> ConfigNode? {
    guard let part = parts.first else { return setting.value }
    switch slot {
    case .items(let items, let shortKey):
      return set(parts, in: node?.expanded(shortKey), items, path: path, owner: nil)
    case .component(let kind, .many): return set(parts, inList: node, kind, path: path)
    case .component(let kind, _): return set(parts, inPlugin: node, kind, path: path)
    case .parameter(let parameter):
      // Parts of a value: elements of a list, keys of a table.
      if case .key = part.step, !parameter.form.isTable {
        return fail(
          .setUnknown, "\(Printable.code(path)) is \(parameter.form.inWords) and has no keys", part,
          label: "leave this part out")
      }
      return set(parts, inValue: node, path: path)
    case .unknown: return set(parts, inValue: node, path: path)
    }
  }

  private mutating func set(
    _ parts: Parts, in node: ConfigNode?, _ items: [SchemaItem], path: String,
    owner: Catalog.Entry?
  ) -> ConfigNode? {
    guard let part = parts.first else { return setting.value }
    let place = path.isEmpty ? "the config" : Printable.code(path)
    guard case .key(let key) = part.step else {
      return fail(
        .setUnknown, "\(place) is a group of keys, not a list", part,
        label: "write one of its keys, such as `\(items.first?.name ?? "name")`")
    }
    let isLayerName = key == "name" && isLayer(owner)
    guard let item = items.first(where: { $0.name == key }) else {
      if isLayerName { return replace(key, part, in: node, by: setting.value) }
      return unknown(key, part, among: items, owner?.name ?? place, isPlugin: owner != nil)
    }
    let old = node?[key]
    guard
      let value = set(
        parts.dropFirst(), in: old, SchemaSlot(item), path: path.isEmpty ? key : path + "." + key)
    else { return nil }
    return replace(key, part, in: node, by: value)
  }

  private func isLayer(_ owner: Catalog.Entry?) -> Bool {
    owner?.kind == .layer || owner?.kind == .activation
  }

  private mutating func set(
    _ parts: Parts, inPlugin node: ConfigNode?, _ kind: PluginKind, path: String
  ) -> ConfigNode? {
    guard let part = parts.first else { return setting.value }
    guard case .key(let key) = part.step else {
      if case .index(0) = part.step, let only = node?.elements, only.count == 1 {
        return set(parts.dropFirst(), inPlugin: only[0], kind, path: path)
      }
      return fail(
        .setUnknown, "\(Printable.code(path)) is \(Printable.article(kind.name)), not a list", part,
        label: "leave the number out")
    }
    var rest = parts
    let named = catalog.entry(kind, key)
    let current = node.flatMap(pluginName).flatMap { catalog.entry(kind, $0) }
    let entry: Catalog.Entry
    // The current plugin answers to its own name even where that is ambiguous elsewhere.
    if let current, named?.type == current.type || current.answers(to: key) {
      entry = current
      rest = parts.dropFirst()
    } else if let current {
      entry = current
      if let named, !catalog.items(current).contains(where: { $0.name == key }) {
        let other = catalog.spelling(of: named, for: kind)
        let isSwept = setting.keyPlace != nil
        return fail(
          .setUnknown, "\(Printable.code(path)) is `\(current.name)`, not `\(other)`", part,
          label: isSwept
            ? "to have another, set it first: `\(path): {\(other): {…}}`"
            : "to have another: --set '\(path)={\(other): {…}}'")
      }
    } else if case .ambiguous(let entries) = catalog.meaning(kind, key),
      node == nil || node?.isNull == true
    {
      let problem = AmbiguousName(name: key, entries: entries)
      return fail(
        .ambiguousPlugin, problem.message, part,
        label: "write " + Printable.alternatives(problem.choices))
    } else if let named, node == nil || node?.isNull == true {
      entry = named
      rest = parts.dropFirst()
    } else if node == nil || node?.isNull == true {
      let near = Suggestion.nearest(key, among: catalog.names(kind))
      return fail(
        .setUnknown,
        "\(Printable.code(path)) names no \(kind.name) yet, and none is called "
          + Printable.code(key), part,
        label: near.isEmpty
          ? "name one first: `\(path).NAME.\(key)=…`"
          : "did you mean \(Printable.alternatives(near))?", suggestion: near.first)
    } else {
      // A plugin that is not known is reported when the config is decoded.
      return nil
    }
    // Without further parts the value is the plugin's options as a whole.
    let inner = path + "." + entry.name
    let old = node.flatMap(options)
    guard
      let options = rest.isEmpty
        ? setting.value
        : set(rest, in: old, catalog.items(entry), path: inner, owner: entry)
    else { return nil }
    let keyPlace = node?.entries?.first?.keyPlace ?? node?.place ?? setting.place(part)
    let written = ConfigEntry(
      key: node.flatMap(pluginName) ?? key, keyPlace: keyPlace,
      keyOrigin: node?.origin ?? setting.value.origin, value: options)
    return ConfigNode(
      content: .table([written]), place: node?.place ?? setting.value.place,
      origin: node?.origin ?? setting.value.origin)
  }

  private mutating func set(
    _ parts: Parts, inList node: ConfigNode?, _ kind: PluginKind, path: String
  ) -> ConfigNode? {
    guard let part = parts.first else { return setting.value }
    var list = node
    var elements = node?.elements ?? []
    if let node, node.elements == nil, !node.isNull { elements = [node] }
    if list == nil { list = setting.value }
    let rest: Parts
    let index: Int
    switch part.step {
    case .index(let number):
      guard number < elements.count || (number == elements.count && parts.count > 0) else {
        let count = "\(elements.count) element" + (elements.count == 1 ? "" : "s")
        return fail(
          .setIndex, "\(Printable.code(path)) has \(count), and no number \(number)", part,
          label: elements.isEmpty
            ? "0 would be the first" : "they count from 0 to \(elements.count - 1)")
      }
      (index, rest) = (number, parts.dropFirst())
    case .key(let key):
      func isCalled(_ node: ConfigNode) -> Bool {
        guard let name = pluginName(of: node) else { return false }
        return name == key || catalog.entry(kind, name)?.answers(to: key) == true
      }
      let matches = elements.indices.filter { position in
        options(of: elements[position])?["name"]?.scalar?.text == key
          || isCalled(elements[position])
      }
      guard let match = matches.first, matches.count == 1 else {
        return notOne(key, matches, elements, kind, part, path)
      }
      // By its plugin's name the step leads into the options; so it does by a layer's own name.
      index = match
      rest = isCalled(elements[match]) ? parts : parts.dropFirst()
    }
    let old = elements.indices.contains(index) ? elements[index] : nil
    guard let new = set(rest, in: old, .component(kind, .one), path: "\(path)[\(index)]")
    else { return nil }
    if index == elements.count { elements.append(new) } else { elements[index] = new }
    list?.content = .list(elements)
    return list
  }

  private mutating func notOne(
    _ key: String, _ matches: [Int], _ elements: [ConfigNode], _ kind: PluginKind,
    _ part: ConfigSetting.Part, _ path: String
  ) -> ConfigNode? {
    if matches.count > 1 {
      return fail(
        .setAmbiguous, "\(Printable.code(path)) has \(matches.count) of \(Printable.code(key))",
        part,
        label: "say which: " + Printable.alternatives(matches.map { "\(path)[\($0)]" }))
    }
    let names = elements.compactMap(pluginName)
    let near = Suggestion.nearest(key, among: names)
    let known = names.isEmpty ? "it is empty" : "it has " + Printable.alternatives(names, "and")
    return fail(
      .setUnknown, "\(Printable.code(path)) has no \(Printable.code(key))", part,
      label: near.isEmpty ? known : "did you mean \(Printable.alternatives(near))?",
      suggestion: near.first)
  }

  private mutating func set(_ parts: Parts, inValue node: ConfigNode?, path: String) -> ConfigNode?
  {
    guard let part = parts.first else { return setting.value }
    switch part.step {
    case .key(let key):
      guard let value = set(parts.dropFirst(), inValue: node?[key], path: path + "." + key) else {
        return nil
      }
      return replace(key, part, in: node, by: value)
    case .index(let index):
      var elements = node?.elements ?? []
      guard index <= elements.count else {
        return fail(
          .setIndex,
          "\(Printable.code(path)) has \(elements.count) elements, and no number \(index)",
          part, label: "write the whole list: `\(path)=[…]`")
      }
      let old = index < elements.count ? elements[index] : nil
      guard let value = set(parts.dropFirst(), inValue: old, path: "\(path)[\(index)]") else {
        return nil
      }
      if index == elements.count { elements.append(value) } else { elements[index] = value }
      var result = node ?? setting.value
      result.content = .list(elements)
      return result
    }
  }

  /// The table with one key replaced or added; what was no table becomes one.
  private func replace(
    _ key: String, _ part: ConfigSetting.Part, in node: ConfigNode?, by value: ConfigNode
  ) -> ConfigNode {
    var entries = node?.entries ?? []
    let entry = ConfigEntry(
      key: key, keyPlace: setting.place(part), keyOrigin: setting.value.origin, value: value)
    if let index = entries.firstIndex(where: { $0.key == key }) {
      entries[index].value = value
    } else {
      entries.append(entry)
    }
    var result = node ?? setting.value
    result.content = .table(entries)
    return result
  }

  func pluginName(of node: ConfigNode) -> String? {
    if case .text(let name)? = node.scalar?.value { return name }
    if let entries = node.entries, entries.count == 1 { return entries[0].key }
    return nil
  }

  private func options(of node: ConfigNode) -> ConfigNode? {
    guard let entries = node.entries, entries.count == 1 else { return nil }
    return entries[0].value
  }

  private mutating func unknown(
    _ key: String, _ part: ConfigSetting.Part, among items: [SchemaItem], _ owner: String,
    isPlugin: Bool
  ) -> ConfigNode? {
    let near = Suggestion.nearest(key, among: items.map(\.name))
    let first = near.first.flatMap { name in items.first { $0.name == name } }
    let label =
      first.map { "did you mean `\($0.name)`? (\($0.summary))" }
      ?? (items.isEmpty
        ? "it has no options" : "it has " + Printable.alternatives(items.map(\.name), "and"))
    return fail(
      .setUnknown, "\(owner) has no \(isPlugin ? "parameter" : "key") \(Printable.code(key))", part,
      label: label,
      suggestion: near.first)
  }

  private mutating func fail(
    _ code: DiagnosticCode, _ message: String, _ part: ConfigSetting.Part, label: String,
    suggestion: String? = nil
  ) -> ConfigNode? {
    problems.append(
      Diagnostic(
        code, message, at: setting.place(part), path: setting.path, found: setting.argument,
        suggestion: suggestion, label: label))
    return nil
  }
}
