import EspalierPackages
import EspalierProtocols
import Foundation

/// `new plugin KIND NAME`
struct NewPluginCommand: Command {
  static let name = "plugin"
  static let summary = "writes a plugin that works, its test and its page"
  static let details = """
    In a package with a module of plugins the new one joins it: Sources/MODULE/NAME.swift, its test and
    its page are written, and the bundle gets a line. In a folder without a Package.swift a package of
    its own is made, NAME. Nothing that exists is written over.
    """
  static let examples = [
    "new plugin activation Snake", "new plugin layer layer_scale",
    "new plugin loss LogCosh --espalier https://host/team/Espalier.git@1.0.0",
  ]
  static let otherNames = ["generate", "scaffold", "create", "add"]

  @Operand("the kind of plugin, as optimizer", as: "KIND", completes: .values(kinds))
  var kind: KindName
  @Operand(
    "CubeRoot, cube_root and cube-root all mean the type CubeRoot, named cube_root", as: "NAME")
  var plugin: String
  @Option("the module that it joins, where several have a bundle", as: "NAME") var module: String?
  @Option("where a new package takes Espalier from: a checkout, or ADDRESS@VERSION", as: "PLACE")
  var espalier: String?

  private static let kinds = PluginTemplate.all.map(\.kind.name)

  func run(_ context: Context) throws -> ExitStatus {
    do throws(PackageProblem) {
      let template = try PluginTemplate.of(kind.kind)
      let name = try PluginName(plugin)
      try checkIsFree(name, context)
      if NewFiles.exists("./Package.swift") {
        try join(name, template, context)
      } else {
        try makePackage(name, template, context)
      }
    } catch {
      throw CommandFailure("\(error)")
    }
    return .done
  }

  /// A name of the program's own plugins would be ambiguous in configs.
  private func checkIsFree(_ name: PluginName, _ context: Context) throws(PackageProblem) {
    guard let catalog = try? context.program.catalog() else { return }
    if let entry = catalog.entries.first(where: {
      $0.kind == kind.kind && $0.answers(to: name.config)
    }) {
      throw PackageProblem(
        "there is \(entry.kind.withArticle) `\(name.config)` already, in the bundle "
          + "`\(entry.bundle)`", remedy: "choose another name")
    }
    if let entry = catalog.entries.first(where: { "\($0.type)" == name.type }) {
      throw PackageProblem(
        "`\(name.type)` is the type of the \(entry.kind.name) `\(entry.name)`",
        remedy: "choose another name")
    }
  }

  private func join(
    _ name: PluginName, _ template: PluginTemplate, _ context: Context
  ) throws(PackageProblem) {
    guard espalier == nil else {
      throw PackageProblem(
        "the package here says in its Package.swift where Espalier is",
        remedy: "leave --espalier out")
    }
    let module = try PluginsModule(package: ".", named: self.module)
    for file in try module.add(template, as: name) { context.print("\(file.path)\n") }
    context.print("\(module.bundleFile): \(name.type).self added to the bundle\n")
    context.note("test it with: swift test -c release --filter \(name.type)Tests")
  }

  private func makePackage(
    _ name: PluginName, _ template: PluginTemplate, _ context: Context
  ) throws(PackageProblem) {
    guard module == nil else {
      throw PackageProblem(
        "there is no package here whose module could be named: no Package.swift",
        remedy: "leave --module out for a package of its own")
    }
    let package = NewPackage.plugin(
      name, template, espalier: try .named(espalier, environment: context.console.environment))
    try package.write(in: ".")
    for file in package.files { context.print("\(package.name)/\(file.path)\n") }
    context.note(
      """
      test it with: swift test -c release --package-path \(package.name)
      use it with:  `plugins: [./\(package.name)]` in a config, or `build --with ./\(package.name)`
      """)
  }
}
