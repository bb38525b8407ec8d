/// The files of a package of plugins, all but the plugins themselves.
enum PackageTemplate {
  /// - Parameter program: the name of its program; `nil` for a library alone.
  static func manifest(
    name: String, module: String, program: String?, espalier: EspalierDependency
  ) -> String {
    let package = EspalierDependency.literal(espalier.packageName)
    let executable =
      program.map { name in
        """
            .executableTarget(
              name: "\(name)",
              dependencies: ["\(module)", .product(name: "Espalier", package: \(package))]),

        """
      } ?? ""
    return """
      // swift-tools-version: 6.1
      import PackageDescription

      let package = Package(
        name: "\(name)",
        platforms: [.macOS(.v15)],
        products: [
          .library(name: "\(module)", targets: ["\(module)"])
        ],
        dependencies: [
          \(espalier.declaration)
        ],
        targets: [
          .target(
            name: "\(module)",
            dependencies: [.product(name: "Espalier", package: \(package))]),
      \(executable)\
          .testTarget(
            name: "\(module)Tests",
            dependencies: [
              "\(module)", .product(name: "EspalierConformance", package: \(package)),
            ]),
        ]
      )

      """
  }

  /// The file with the bundle, which has these plugins.
  static func bundle(_ name: String, _ types: [String]) -> String {
    """
    import Espalier

    /// The plugins of this module. `\(name)/` before a plugin's name says in a config that one of these is
    /// meant, where others have the name too.
    public let plugins = PluginBundle("\(name)") {
    \(types.map { "  \($0).self" }.joined(separator: "\n"))
    }

    """
  }

  static func program(module: String, config: String) -> String {
    sortedImports(
      """
      import Espalier
      import \(module)

      // The whole command line of Espalier, with the plugins of this package among the others.
      await Espalier.main(adding: [\(module).plugins])

      // A run from code, with a hook, is as short:
      //
      //   let run = try Run(config: "\(config)", adding: [\(module).plugins])
      //   run.on(.epochEnd) { state in print(state.epoch, state.metrics["validation_loss"] ?? .nan) }
      //   let result = try run.fit()

      """)
  }

  /// The imports at the beginning of a file by name, as `swift format` wants them.
  static func sortedImports(_ text: String) -> String {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    let imports = lines.prefix { $0.hasPrefix("import ") }
    return (imports.sorted() + lines.dropFirst(imports.count)).joined(separator: "\n")
  }

  static let ignored = """
    .build/
    .swiftpm/
    runs/

    """

  static func config(program: String, file: String, plugin: PluginName) -> String {
    """
    # Two half moons, made up for the run, parted by a network whose activation is the package's own:
    #
    #   swift run -c release \(program) train \(file)
    data:
      source: {synthetic: {kind: moons, samples: 1000, noise: 0.15}}
      split: {validation: 0.2, test: 0.2}
      normalize: [standardize]
    model:
      - dense: {units: 32, activation: {\(plugin.config): {frequency: 1}}}
      - dense: {units: 2}
    loss: cross_entropy
    optimizer: {adam: {learning_rate: 0.01}}
    metrics: [accuracy]
    training: {epochs: 20, batch_size: 32, seed: 1}

    """
  }

  static func readme(
    name: String, module: String, config: String, plugin: PluginName
  ) -> String {
    """
    # \(name)

    Neural networks trained by Espalier, with plugins of this package among the built-in ones.

    ```
    swift run -c release \(name) train \(config)
    swift run -c release \(name) plugins list
    swift test -c release
    ```

    | | |
    | --- | --- |
    | `Sources/\(module)` | the plugins, one file each, and their bundle in `Plugins.swift` |
    | `Sources/\(name)` | the program: Espalier's command line with these plugins |
    | `Tests/\(module)Tests` | a test a plugin, by Espalier's conformance kit |
    | `Documentation` | a page a plugin |
    | `\(config)` | a config to begin with |

    A further plugin, with its test and its page, here of the kind layer:

    ```
    swift run -c release \(name) new plugin layer LayerScale
    ```

    Where another program is to have them: `espalier build --with PATH-OF-THIS-FOLDER`.

    """
  }
}
