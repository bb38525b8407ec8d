import Foundation

/// The module of a package that holds its plugins, found by the bundle that it declares.
package struct PluginsModule: Sendable {
  /// The module's name, that of its folder in `Sources`.
  package let name: String
  /// The file with the bundle, as seen from the package.
  package let bundleFile: String
  private let folder: String
  private let text: String
  private let list: BundleList

  /// - Parameters:
  ///   - folder: that of a package.
  ///   - wanted: the module's name, where there are several.
  /// - Throws: ``PackageProblem`` when no module declares a bundle, or several do.
  package init(package folder: String, named wanted: String? = nil) throws(PackageProblem) {
    let modules = PluginsModule.all(folder)
    let fitting = wanted.map { wanted in modules.filter { $0.name == wanted } } ?? modules
    guard let first = fitting.first else {
      guard let wanted, !modules.isEmpty else {
        throw PackageProblem(
          "the package here has no module of plugins: no file in \(folder)/Sources has a "
            + "`PluginBundle(\"name\") { … }`",
          remedy:
            "declare one, `public let plugins = PluginBundle(\"name\") {}`, or call this in a "
            + "folder without a Package.swift for a package of its own")
      }
      throw PackageProblem(
        "there is no module \(PluginName.shown(wanted)) with a `PluginBundle(\"name\") { … }`",
        remedy: "there is one in " + modules.map(\.name).joined(separator: ", "))
    }
    guard fitting.count == 1 else {
      let files = fitting.map(\.bundleFile).joined(separator: ", ")
      guard wanted == nil, Set(fitting.map(\.name)).count > 1 else {
        throw PackageProblem(
          "the module \(first.name) has several bundles, in \(files)",
          remedy: "keep one `PluginBundle(\"name\") { … }` in it, or write the plugin by hand")
      }
      throw PackageProblem(
        "several modules here have a bundle: \(files)", remedy: "say which with --module NAME")
    }
    self = first
  }

  private init(_ folder: String, _ path: String, _ text: String, _ list: BundleList) {
    self.folder = folder
    name = String(path.prefix { $0 != "/" })
    bundleFile = "Sources/" + path
    self.text = text
    self.list = list
  }

  /// One for each bundle that a file in a module's folder declares.
  private static func all(_ folder: String) -> [PluginsModule] {
    files(folder + "/Sources").filter { $0.path.contains("/") }.flatMap { path, text in
      BundleList.all(in: text).map { PluginsModule(folder, path, text, $0) }
    }
  }

  private static func files(_ folder: String) -> [(path: String, text: String)] {
    (FileManager.default.subpaths(atPath: folder) ?? []).sorted()
      .filter { $0.hasSuffix(".swift") }
      .compactMap { path in
        FileManager.default.contents(atPath: folder + "/" + path)
          .map { (path, String(decoding: $0, as: UTF8.self)) }
      }
  }

  /// - Throws: ``PackageProblem`` when the module declares a type of this name.
  func checkIsFree(_ type: String) throws(PackageProblem) {
    let words = ["struct", "class", "enum", "actor", "protocol", "typealias"]
    for (path, text) in Self.files(folder + "/Sources/" + name) {
      let tokens = text.split { !($0.isLetter || $0.isNumber || $0 == "_") }
      for (word, next) in zip(tokens, tokens.dropFirst())
      where next == type && words.contains(String(word)) {
        throw PackageProblem(
          "the module \(name) has a type `\(type)` already, in Sources/\(name)/\(path)",
          remedy: "choose another name")
      }
    }
  }

  /// Writes a plugin's files and puts it into the bundle, behind those that are there.
  ///
  /// - Returns: the files that were written.
  /// - Throws: ``PackageProblem`` when the name is taken or a file exists; nothing is written then.
  package func add(
    _ template: PluginTemplate, as plugin: PluginName
  ) throws(PackageProblem) -> [NewFile] {
    try checkIsFree(plugin.type)
    let files = template.files(plugin, module: name)
    try NewFiles.write(files, in: folder)
    let path = folder + "/" + bundleFile
    do {
      try Data(list.adding(plugin.type, to: text).utf8).write(
        to: URL(fileURLWithPath: path), options: .atomic)
    } catch {
      throw PackageProblem("\(path) cannot be written: \(error.localizedDescription)")
    }
    return files
  }
}
