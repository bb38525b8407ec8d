/// All plugins of a program, by kind and name: a value, made from bundles.
public struct Catalog: Sendable {
  /// A plugin with its kind and origin.
  public struct Entry: Sendable {
    /// What kind of plugin it is.
    public let kind: PluginKind
    /// The plugin's type.
    public let type: any Plugin.Type
    /// The bundle it came with.
    public let bundle: String
    /// What it says of itself.
    public var manifest: Manifest { type.manifest }
    /// Its name in a config.
    public var name: String { type.manifest.name }
  }

  /// In the order of kinds, then by name.
  public private(set) var entries: [Entry] = []
  private var index: [String: Int] = [:]

  /// A catalog without plugins.
  public init() {}

  /// - Throws: ``PluginError`` that names both bundles when two plugins of one kind share a name, or a
  ///   plugin that is of no kind.
  public init(_ bundles: [PluginBundle]) throws(PluginError) {
    for bundle in bundles {
      for type in bundle.plugins {
        guard let kind = PluginKind.of(type) else {
          throw PluginError("\(type) of \(bundle.name) conforms to no kind of plugin")
        }
        entries.append(Entry(kind: kind, type: type, bundle: bundle.name))
      }
    }
    let order = Dictionary(uniqueKeysWithValues: PluginKind.all.enumerated().map { ($1, $0) })
    entries.sort { (order[$0.kind]!, $0.name) < (order[$1.kind]!, $1.name) }
    for (position, entry) in entries.enumerated() {
      for name in [entry.name] + entry.manifest.aliases {
        if let other = index[key(entry.kind, name)] {
          if other == position { continue }
          let bundles = (entries[other].bundle, entry.bundle)
          throw PluginError(
            "the \(entry.kind.name) `\(name)` is "
              + (bundles.0 == bundles.1
                ? "twice in \(bundles.0)" : "in two bundles: \(bundles.0) and \(bundles.1)"))
        }
        index[key(entry.kind, name)] = position
      }
      // The name with its bundle before it, for configs that say where a plugin comes from.
      index[key(entry.kind, entry.bundle + "/" + entry.name)] = position
    }
  }

  private func key(_ kind: PluginKind, _ name: String) -> String { kind.name + ":" + name }

  /// The plugin of a kind with this name or alias, or with its bundle before its name, `acme/cube`.
  public func find(_ kind: PluginKind, _ name: String) -> Entry? {
    index[key(kind, name)].map { entries[$0] }
  }

  /// The plugins of a kind, by name.
  public func all(of kind: PluginKind) -> [Entry] { entries.filter { $0.kind == kind } }
}
