import EspalierProtocols

/// What the schema expects in a place of the config.
enum SchemaSlot {
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

  static var root: SchemaSlot { .items(SchemaItem.items(of: RunConfiguration())) }
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
