import EspalierProtocols

/// Writes sections and plugins back as the values that a config would have.
struct ConfigDescriber {
  /// The plugins among which it will be read again.
  let catalog: Catalog
  /// What becomes of file paths.
  let path: (String) -> String

  func describe(_ items: [SchemaItem]) -> ConfigValue {
    .table(
      items.compactMap { item in
        switch item.content {
        case .section(let section):
          return .init(item.name, describe(SchemaItem.items(of: section)))
        case .parameter(let parameter):
          guard let value = parameter.currentConfigValue else { return nil }
          return .init(item.name, moved(value, parameter.form))
        case .component(let component):
          let plugins = component.current.map { describe($0, for: component.kind) }
          switch component.multiplicity {
          case .many: return .init(item.name, .list(plugins))
          case .one: return plugins.first.map { .init(item.name, $0) }
          // Absence is written too: a default that was taken away must not come back.
          case .optional: return .init(item.name, plugins.first ?? .null)
          }
        }
      })
  }

  /// The plugin's name, or one key with its options; with its bundle where the name alone would mean
  /// another, or several.
  func describe(_ plugin: any Plugin, for kind: PluginKind) -> ConfigValue {
    let inner = RunConfiguration.unwrapped(plugin)
    guard case .table(var entries) = describe(SchemaItem.items(of: inner)) else { return .null }
    if let name = (plugin as? Named)?.name { entries.append(.init("name", .text(name))) }
    let key = catalog.spelling(of: inner, for: kind)
    return entries.isEmpty ? .text(key) : .table([.init(key, .table(entries))])
  }

  private func moved(_ value: ConfigValue, _ form: ValueForm) -> ConfigValue {
    switch (value, form) {
    case (.text(let text), .path): .text(path(text))
    case (_, .optional(let wrapped)): moved(value, wrapped)
    case (.list(let values), .list(let element)): .list(values.map { moved($0, element) })
    case (.table(let entries), .table(let element)):
      .table(entries.map { .init($0.key, moved($0.value, element)) })
    default: value
    }
  }
}
