import EspalierProtocols

/// A plugin of some kind as it is first written: small, working, and meant to be changed.
///
/// `__Name__` stands for the type's name, `__name__` for the name in a config, `__Module__` for the
/// module that it becomes a part of.
package struct PluginTemplate: Sendable {
  /// The kind that it is of.
  package let kind: PluginKind
  /// The Swift file.
  package let source: String
  /// The file of its tests.
  package let tests: String
  /// Its page: what it does, formula, parameters, sample.
  package let page: String

  /// All there are: one for each kind but backends.
  package static let all: [PluginTemplate] = [
    source, cleaner, selector, normalizer, projection, balancer, augmentation, view, layer,
    activation, initializer, loss, optimizer, scheduler, regularizer, callback, metric,
    search,
  ]

  /// The template of a kind.
  ///
  /// - Throws: ``PackageProblem`` for backends.
  package static func of(_ kind: PluginKind) throws(PackageProblem) -> PluginTemplate {
    guard let template = all.first(where: { $0.kind == kind }) else {
      throw PackageProblem(
        "a \(kind.name) is no matter of one file: it runs every operation that a program can have",
        remedy: "begin with a copy of Espalier's Sources/Plugins/Backends/Reference, the smallest "
          + "there is; an operation with a kernel of its own is a CustomOperation and needs none")
    }
    return template
  }

  /// The files of a plugin of this name, each with its path in the package.
  package func files(_ name: PluginName, module: String) -> [NewFile] {
    func filled(_ text: String) -> String {
      PackageTemplate.sortedImports(
        text.replacing("__Name__", with: name.type).replacing("__name__", with: name.config)
          .replacing("__Module__", with: module))
    }
    return [
      NewFile("Sources/\(module)/\(name.type).swift", filled(source)),
      NewFile("Tests/\(module)Tests/\(name.type)Tests.swift", filled(tests)),
      NewFile("Documentation/\(name.type).md", filled(page)),
    ]
  }
}
