/// All plugins of a program, by kind and name: a value, made from bundles.
///
/// A name means the plugin of that proper name; only where none has it, the one that has it among its
/// other names. So no bundle can take over `adam` by an alias. Two bundles may use one name: it is
/// *ambiguous* then, and `acme/relu` says which is meant. The form with the bundle always works, with
/// proper names and with others.
public struct Catalog: Sendable {
  /// A plugin with its kind and origin.
  public struct Entry: Sendable {
    /// What kind of plugin it is.
    public let kind: PluginKind
    /// The plugin's type.
    public let type: any Plugin.Type
    /// The bundle it came with.
    public let bundle: String
    /// The module that declares the bundle.
    public let module: String
    /// The package that the bundle came with, where the program was told.
    public let origin: PluginOrigin?
    /// What it says of itself.
    public var manifest: Manifest { type.manifest }
    /// Its name in a config.
    public var name: String { type.manifest.name }
    /// Its own name, then its others, each once.
    public var names: [String] {
      [name]
        + manifest.aliases.enumerated().filter { position, alias in
          alias != name && !manifest.aliases.prefix(position).contains(alias)
        }.map(\.element)
    }
    /// Its name with its bundle before it, `acme/cube`, which is always its own.
    public var qualifiedName: String { bundle + "/" + name }
    /// Where it comes from, for messages: "AcmePlugins 1.0.0", or the module, where no more is known.
    public var provenance: String { origin?.inWords ?? "module \(module)" }
    /// The same, with the module in any case.
    var fullProvenance: String { PluginOrigin.inWords(origin, module: module) }

    /// The sample of its manifest, with another of its names, as `acme/cube`.
    package func sample(as other: String) -> String {
      manifest.sample.hasPrefix(name)
        ? other + manifest.sample.dropFirst(name.count) : manifest.sample
    }

    /// Whether a config may mean it by this name: its own, one of its others, or either with its bundle.
    public func answers(to name: String) -> Bool {
      var own = name[...]
      if name.hasPrefix(bundle + "/") { own = name.dropFirst(bundle.count + 1) }
      return names.contains { $0 == own }
    }
  }

  /// What a name means.
  public enum Meaning: Sendable {
    case unknown
    case found(Entry)
    /// Several bundles have the name; they are in the order in which they were given.
    case ambiguous([Entry])
  }

  /// In the order of kinds, then by name.
  public private(set) var entries: [Entry] = []
  /// What the bundles bring beside plugins.
  package private(set) var additions: [any Sendable] = []
  /// Positions in `entries`; several for an ambiguous name.
  private var index: [String: [Int]] = [:]

  /// A catalog without plugins.
  public init() {}

  /// - Throws: ``PluginError`` when two bundles are of one name, when a bundle has a name twice within a
  ///   kind, and for a plugin that is of no kind or has a name that no config could hold.
  public init(_ bundles: [PluginBundle]) throws(PluginError) {
    var known: [String: PluginBundle] = [:]
    for bundle in bundles {
      try Catalog.checkName(bundle.name, "bundle", bundle)
      if let other = known.updateValue(bundle, forKey: bundle.name) {
        throw PluginError(
          "two bundles are named `\(bundle.name)`: one of \(other.provenance), one of "
            + bundle.provenance, remedy: "give one of them another name, or leave it out")
      }
      additions += bundle.additions
      // Plugins of one kind mostly follow each other.
      var last: PluginKind?
      for type in bundle.plugins {
        guard let kind = PluginKind.of(type, likely: last) else {
          throw PluginError(
            "\(type) in the bundle `\(bundle.name)` of \(bundle.provenance) conforms to no kind of plugin",
            remedy: "have it conform to one, such as Layer or Callback")
        }
        last = kind
        let entry = Entry(
          kind: kind, type: type, bundle: bundle.name, module: bundle.module, origin: bundle.origin)
        for name in entry.names { try Catalog.checkName(name, kind.name, bundle) }
        entries.append(entry)
      }
    }
    let kinds = Dictionary(uniqueKeysWithValues: PluginKind.all.enumerated().map { ($1, $0) })
    let order = Dictionary(uniqueKeysWithValues: bundles.enumerated().map { ($1.name, $0) })
    entries.sort {
      (kinds[$0.kind]!, $0.name, order[$0.bundle]!) < (kinds[$1.kind]!, $1.name, order[$1.bundle]!)
    }
    try indexNames(order)
  }

  private mutating func indexNames(_ order: [String: Int]) throws(PluginError) {
    for (position, entry) in entries.enumerated() {
      for name in entry.names {
        let key = key(entry.kind, entry.bundle + "/" + name)
        if let other = index[key] {
          throw PluginError(
            "the bundle `\(entry.bundle)` of \(entry.fullProvenance) has the \(entry.kind.name) "
              + "`\(name)` twice: \(entries[other[0]].type) and \(entry.type)",
            remedy: "rename one of them")
        }
        index[key] = [position]
      }
      add(position, as: entry.name)
    }
    // Other names come last: a proper one is not to be shadowed.
    let proper = Set(index.keys)
    for (position, entry) in entries.enumerated() {
      for name in entry.names.dropFirst() where !proper.contains(key(entry.kind, name)) {
        add(position, as: name)
      }
    }
    for (key, positions) in index where positions.count > 1 {
      index[key] = positions.sorted { order[entries[$0].bundle]! < order[entries[$1].bundle]! }
    }
  }

  /// One plugin that two bundles offer is the same by either name.
  private mutating func add(_ position: Int, as name: String) {
    let key = key(entries[position].kind, name)
    let known = index[key] ?? []
    guard !known.contains(where: { entries[$0].type == entries[position].type }) else { return }
    index[key] = known + [position]
  }

  /// A name that contains what paths and qualified names are made of could not be written.
  private static func checkName(
    _ name: String, _ kind: String, _ bundle: PluginBundle
  ) throws(PluginError) {
    let isAllowed = name.unicodeScalars.allSatisfy {
      $0.properties.isAlphabetic || ("0"..."9").contains($0) || $0 == "_" || $0 == "-"
    }
    if isAllowed, !name.isEmpty { return }
    throw PluginError(
      "\(bundle.provenance) has \(kind == "bundle" ? "a bundle" : "the \(kind)") named `\(name)`, which a "
        + "config could not write",
      remedy: "use letters, digits, `_` and `-`")
  }

  private func key(_ kind: PluginKind, _ name: String) -> String { kind.name + ":" + name }

  /// What a name means among the plugins of a kind: `relu`, another name, or `acme/relu`.
  public func lookUp(_ kind: PluginKind, _ name: String) -> Meaning {
    guard let positions = index[key(kind, name)] else { return .unknown }
    return positions.count == 1
      ? .found(entries[positions[0]]) : .ambiguous(positions.map { entries[$0] })
  }

  /// The one plugin of a kind that a name means; `nil` where it means none, or is ambiguous.
  public func find(_ kind: PluginKind, _ name: String) -> Entry? {
    if case .found(let entry) = lookUp(kind, name) { entry } else { nil }
  }

  /// The shortest name that means this plugin and no other: its own, with its bundle where needed.
  public func unambiguousName(of entry: Entry) -> String {
    find(entry.kind, entry.name)?.type == entry.type ? entry.name : entry.qualifiedName
  }

  /// The entry of a plugin's type; the first, should two bundles offer it.
  package func entry(of type: any Plugin.Type) -> Entry? { entries.first { $0.type == type } }

  /// The plugins of a kind, by name.
  public func all(of kind: PluginKind) -> [Entry] { entries.filter { $0.kind == kind } }
}

extension Catalog.Meaning {
  /// All plugins that the name may mean.
  public var candidates: [Catalog.Entry] {
    switch self {
    case .unknown: []
    case .found(let entry): [entry]
    case .ambiguous(let entries): entries
    }
  }
}
