/// A package that is written anew.
package struct NewPackage: Sendable {
  /// The folder's name, the package's and the program's.
  package let name: String
  /// The module with its plugins.
  package let module: String
  /// In the order in which they are told.
  package let files: [NewFile]

  /// A program of the user's own: Espalier's command line, a module of plugins with one in it, its test,
  /// and a config that trains at once.
  ///
  /// - Parameter text: the name as it was written; the folder and the program are called so.
  /// - Throws: ``PackageProblem`` for what cannot be a name of a package.
  package static func project(
    _ text: String, espalier: EspalierDependency
  ) throws(PackageProblem) -> NewPackage {
    let name = try PluginName(text)
    // A module with the name of an imported one would hide it.
    let taken = ["main", "swift", "foundation", "testing", "espalier"]
    if taken.contains(text.lowercased()) || text.lowercased().hasPrefix("espalier") {
      throw PackageProblem(
        "`\(text)` is the name of a module that the program imports", remedy: "choose another")
    }
    let module = name.type + "Plugins"
    let example = try PluginName("Snake")
    let config = text + ".yaml"
    let files =
      [
        NewFile(
          "Package.swift",
          PackageTemplate.manifest(
            name: text, module: module, program: text, espalier: espalier)),
        NewFile(config, PackageTemplate.config(program: text, file: config, plugin: example)),
        NewFile(
          "Sources/\(text)/main.swift", PackageTemplate.program(module: module, config: config)),
        NewFile(
          "Sources/\(module)/Plugins.swift", PackageTemplate.bundle(name.config, [example.type])),
      ] + PluginTemplate.activation.files(example, module: module) + [
        NewFile(
          "README.md",
          PackageTemplate.readme(name: text, module: module, config: config, plugin: example)),
        NewFile(".gitignore", PackageTemplate.ignored),
      ]
    return NewPackage(name: text, module: module, files: files)
  }

  /// A package of one plugin, to be used by programs elsewhere.
  package static func plugin(
    _ name: PluginName, _ template: PluginTemplate, espalier: EspalierDependency
  ) -> NewPackage {
    // Not the type's own name, which would hide everything else in the module from its users.
    let module = name.type + "Plugins"
    let files =
      [
        NewFile(
          "Package.swift",
          PackageTemplate.manifest(
            name: name.type, module: module, program: nil, espalier: espalier)),
        NewFile(
          "Sources/\(module)/Plugins.swift", PackageTemplate.bundle(name.config, [name.type])),
      ] + template.files(name, module: module)
      + [NewFile(".gitignore", PackageTemplate.ignored)]
    return NewPackage(name: name.type, module: module, files: files)
  }

  /// Writes the package into a folder of its name within another one.
  ///
  /// - Throws: ``PackageProblem`` when there is something of the name already.
  package func write(in folder: String) throws(PackageProblem) {
    let place = folder + "/" + name
    guard !NewFiles.exists(place) else {
      throw PackageProblem(
        "\(NewFiles.shortened(place)) exists already; nothing was written",
        remedy: "choose another name, or move what is there away")
    }
    try NewFiles.write(files, in: place)
  }
}
