import EspalierProtocols

/// A package of plugins that a config names under `plugins:`.
package struct NamedPackage: Sendable {
  /// As it was written.
  package let reference: String
  /// What a relative path is relative to: the folder of the file that it stands in.
  package let folder: String
  fileprivate let node: ConfigNode
  fileprivate let path: String

  /// A diagnostic about the package, with its place in the config.
  package func diagnostic(
    _ code: DiagnosticCode, _ message: String, label: String?
  ) -> Diagnostic {
    Diagnostic(
      code, message, at: node.place, path: path, origin: node.origin, found: reference,
      label: label)
  }
}

extension ConfigurationLoader {
  /// The packages that a config and the files it includes name, without looking at anything else.
  ///
  /// A config that cannot be read names none: ``load(_:sets:)`` says what is wrong with it.
  package func packages(_ path: String) -> [NamedPackage] {
    var files = ConfigFileLoader(catalog: catalog, environment: environment, read: read)
    guard let node = files.load(path)?["plugins"], !files.isIncomplete else { return [] }
    let items = node.elements ?? [node]
    let folder = path == "-" ? "." : ConfigFiles.folder(of: path)
    let named = items.enumerated().compactMap { index, item -> NamedPackage? in
      guard case .text(let text) = item.value(for: .path), !text.isEmpty else { return nil }
      return NamedPackage(
        reference: text, folder: item.place.text?.folder ?? folder, node: item,
        path: node.elements == nil ? "plugins" : "plugins[\(index)]")
    }
    return named.count == items.count ? named : []
  }
}
