import EspalierProtocols

/// A name that several bundles have, in words.
struct AmbiguousName {
  let name: String
  /// What it may mean, at least two.
  let entries: [Catalog.Entry]

  /// What to write instead, in the order of the bundles.
  var choices: [String] { entries.map { $0.bundle + "/" + name } }

  /// "`relu` is defined twice: by `activations` (Espalier 0.1.0) and by `acme` (AcmePlugins 1.0.0)"
  var message: String {
    let count = entries.count == 2 ? "twice" : "\(entries.count) times"
    let owners = entries.map { entry in
      let other = entry.name == name ? "" : ", as another name of `\(entry.name)`"
      return "by `\(entry.bundle)` (\(entry.provenance))\(other)"
    }
    return "\(Printable.code(name)) is defined \(count): "
      + owners.dropLast().joined(separator: ", ") + " and " + (owners.last ?? "")
  }

  /// What each of them is.
  var notes: [Diagnostic.Note] {
    zip(choices, entries).map { .init("`\($0)`: \($1.manifest.summary)") }
  }
}
