import EspalierProtocols

/// Where a plugin comes from: bundle, package, version, module.
struct PluginProvenance {
  private let entry: Catalog.Entry

  init(_ entry: Catalog.Entry) { self.entry = entry }

  /// Label and value of what is known beside the bundle, for people.
  var rows: [[String]] {
    var rows: [[String]] = []
    if let origin = entry.origin {
      rows.append(["package", origin.package])
      if let version = origin.version { rows.append(["version", version]) }
      if let location = origin.location { rows.append(["from", location]) }
    }
    return rows + [["module", entry.module]]
  }

  /// For programs; what is not known is null.
  var members: [ConfigValue.Entry] {
    [
      .init("bundle", .text(entry.bundle)), .init("package", JSON.text(entry.origin?.package)),
      .init("version", JSON.text(entry.origin?.version)),
      .init("location", JSON.text(entry.origin?.location)), .init("module", .text(entry.module)),
    ]
  }

  /// The mark in a list, `acme (AcmePlugins 1.0.0)`; nothing for what comes with the framework.
  var mark: String {
    entry.origin?.package == PluginOrigin.framework
      ? "" : "[\(entry.bundle), \(entry.provenance)]"
  }
}
