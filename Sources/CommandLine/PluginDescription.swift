import EspalierProtocols

/// All that a plugin says about itself.
struct PluginDescription {
  private let entry: Catalog.Entry
  private let items: [Schema.Item]
  /// What a config calls it: with its bundle where the name alone is ambiguous.
  private let configName: String

  init(_ entry: Catalog.Entry, configName: String) {
    self.entry = entry
    self.configName = configName
    items = Schema(of: entry.type.init()).items
  }

  // MARK: For people

  var text: String {
    let manifest = entry.manifest
    var rows = [["kind", entry.kind.name], ["bundle", entry.bundle]]
    rows += PluginProvenance(entry).rows
    if configName != entry.name { rows.append(["write", configName]) }
    if !manifest.aliases.isEmpty {
      rows.append(["also", manifest.aliases.joined(separator: ", ")])
    }
    if let paper = manifest.paper { rows.append(["paper", paper]) }
    var result = "\(entry.name): \(manifest.summary)\n\n" + Columns.text(rows, margin: "  ")
    if !items.isEmpty {
      result += "\nparameters:\n"
      for item in items { result += "  \(item.name): \(text(item))\n      \(Self.form(item))\n" }
    }
    return result + "\nexample:\n"
      + manifest.sample.split(separator: "\n").map { "  \($0)\n" }.joined()
  }

  private func text(_ item: Schema.Item) -> String {
    switch item.content {
    case .parameter(let parameter): parameter.text
    case .component(let component): component.text
    }
  }

  /// "a number, 0 ≤ x < 1; default 0.9"
  private static func form(_ item: Schema.Item) -> String {
    switch item.content {
    case .parameter(let parameter):
      var text = parameter.form.inWords
      if let bounds = parameter.bounds, bounds != Bounds() { text += ", " + bounds.inWords }
      if let unit = parameter.unit { text += ", in " + unit }
      return text + "; "
        + (parameter.defaultConfigValue.map { "default \(shown($0))" } ?? "required")
    case .component(let component):
      let kind = component.kind
      let text =
        switch component.multiplicity {
        case .one: kind.withArticle
        case .optional: kind.withArticle + ", or null"
        case .many: "a list of \(kind.plural)"
        }
      guard component.hasDefault else { return text + "; required" }
      let names = component.current.map(\.pluginName)
      return text + "; default " + (names.isEmpty ? "none" : names.joined(separator: ", "))
    }
  }

  private static func shown(_ value: ConfigValue) -> String {
    if case .text("") = value { return "none" }
    return value.description
  }

  // MARK: For programs

  var value: ConfigValue {
    let manifest = entry.manifest
    var members: [ConfigValue.Entry] = [
      .init("name", .text(entry.name)), .init("config_name", .text(configName)),
      .init("kind", .text(entry.kind.name)), .init("summary", .text(manifest.summary)),
      .init("aliases", .list(manifest.aliases.map(ConfigValue.text))),
      .init("paper", JSON.text(manifest.paper)),
    ]
    members += PluginProvenance(entry).members
    members += [
      .init("sample", .text(manifest.sample)), .init("parameters", .list(items.map(Self.value))),
    ]
    return .table(members)
  }

  private static func value(_ item: Schema.Item) -> ConfigValue {
    var entries: [ConfigValue.Entry] = [.init("name", .text(item.name))]
    switch item.content {
    case .parameter(let parameter):
      entries += [
        .init("text", .text(parameter.text)), .init("type", .text(parameter.form.inWords)),
        .init("required", .bool(parameter.defaultConfigValue == nil)),
        .init("default", parameter.defaultConfigValue ?? .null),
      ]
      if let bounds = parameter.bounds {
        entries.append(.init("range", .text(bounds.inWords)))
        if let lower = bounds.lower {
          entries.append(.init(bounds.includesLower ? "minimum" : "above", .number(lower)))
        }
        if let upper = bounds.upper {
          entries.append(.init(bounds.includesUpper ? "maximum" : "below", .number(upper)))
        }
      }
      if let unit = parameter.unit { entries.append(.init("unit", .text(unit))) }
    case .component(let component):
      let current = component.current.map(Schema.describe)
      entries += [
        .init("text", .text(component.text)),
        .init("type", .text(component.multiplicity == .many ? "list" : "plugin")),
        .init("kind", .text(component.kind.name)),
        .init("required", .bool(!component.hasDefault)),
        .init(
          "default", component.multiplicity == .many ? .list(current) : current.first ?? .null),
      ]
    }
    return .table(entries)
  }
}
