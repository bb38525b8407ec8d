import Espalier
import EspalierProtocols

/// The catalogs in which checks look plugins up.
enum KitCatalog {
  /// The built-in plugins, the kit's own, and those that are checked, which come before others of
  /// their kind and name.
  static func make(with types: [any Plugin.Type]) throws -> Catalog {
    var own: [any Plugin.Type] = [ConformancePoints.self, Watcher.self]
    for type in types where !own.contains(where: { $0 == type }) {
      // The closures and wrappers of the framework are in no catalog.
      guard type != ActivationLayer.self, type != Named.self else { continue }
      own.append(type)
    }
    let names = Set(own.map(key))
    let others = builtInBundles.map { bundle in
      PluginBundle(bundle.name) { return bundle.plugins.filter { !names.contains(key($0)) } }
    }
    return try Catalog(others + [PluginBundle("checked") { return own }])
  }

  private static func key(_ type: any Plugin.Type) -> String {
    "\(PluginKind.of(type)?.name ?? "") \(type.manifest.name)"
  }
}
