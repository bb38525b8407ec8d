import EspalierProtocols

/// What the schema expects in a place of the config.
enum SchemaSlot {
  /// The key that a single value stands for, where one may stand for the group.
  case items([SchemaItem], shortKey: String? = nil)
  case component(PluginKind, Multiplicity)
  case parameter(any AnyParameter)
  case unknown

  init(_ item: SchemaItem) {
    switch item.content {
    case .parameter(let parameter): self = .parameter(parameter)
    case .component(let component): self = .component(component.kind, component.multiplicity)
    case .section(let section):
      self = .items(SchemaItem.items(of: section), shortKey: type(of: section).shortKey)
    }
  }

  static var root: SchemaSlot { .items(SchemaItem.items(of: RunConfiguration())) }
}

extension Catalog {
  /// What a name means in a place for a kind; an activation may stand for a layer.
  func meaning(_ kind: PluginKind, _ name: String) -> Meaning {
    let meaning = lookUp(kind, name)
    if case .unknown = meaning, kind == .layer { return lookUp(.activation, name) }
    return meaning
  }

  /// The one plugin that a name means in a place for a kind.
  func entry(_ kind: PluginKind, _ name: String) -> Entry? {
    if case .found(let entry) = meaning(kind, name) { entry } else { nil }
  }

  /// Whether a place for a kind may hold this name, be it ambiguous.
  func knows(_ kind: PluginKind, _ name: String) -> Bool {
    !meaning(kind, name).candidates.isEmpty
  }

  /// All plugins that may stand in a place for a kind.
  func entries(for kind: PluginKind) -> [Entry] {
    all(of: kind) + (kind == .layer ? all(of: .activation) : [])
  }

  /// All names in a place for a kind, aliases and ambiguous ones included, without bundles.
  func names(_ kind: PluginKind) -> [String] {
    entries(for: kind).flatMap(\.names)
  }

  /// The shortest name by which a place for a kind finds this plugin and no other.
  func spelling(of entry: Entry, for kind: PluginKind) -> String {
    self.entry(kind, entry.name)?.type == entry.type ? entry.name : entry.qualifiedName
  }

  /// The proper names in a place for a kind, each so that it means one plugin.
  func spellings(_ kind: PluginKind) -> [String] {
    all(of: kind).map { spelling(of: $0, for: kind) }
  }

  /// How a plugin is written so that a place for a kind finds it again.
  func spelling(of plugin: any Plugin, for kind: PluginKind) -> String {
    entry(of: type(of: plugin)).map { spelling(of: $0, for: kind) } ?? plugin.pluginName
  }

  /// The options of a plugin in a place for a kind.
  func items(_ entry: Entry) -> [SchemaItem] { SchemaItem.items(of: entry.type.init()) }
}
