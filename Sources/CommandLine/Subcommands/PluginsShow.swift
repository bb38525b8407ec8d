import EspalierHost
import EspalierProtocols

/// `plugins show NAME`
struct PluginsShowCommand: Command {
  static let name = "show"
  static let summary = "tells all about a plugin: parameters, ranges, defaults, paper, example"
  static let otherNames = ["describe", "info"]
  static let details = """
    Where several bundles have a plugin of the name, all are shown; `acme/relu` is the one of the
    bundle acme.
    """
  static let examples = ["plugins show adam", "plugins show l2 --kind regularizer"]

  @Operand(
    "the plugin's name, or one of its other names, also as BUNDLE/NAME", as: "NAME",
    completes: .plugins)
  var name: String
  @Option(
    "which, where several kinds have the name", as: "KIND",
    completes: .values(PluginKind.all.map(\.name))) var kind: KindName?
  @Flag("prints a list as JSON") var json

  func run(_ context: Context) throws -> ExitStatus {
    let catalog = try context.program.catalog()
    let entries = kind.map { catalog.all(of: $0.kind) } ?? catalog.entries
    // A proper name before others, as in configs.
    let proper = entries.filter { $0.name == name || $0.qualifiedName == name }
    let found =
      proper
      + entries.filter { entry in
        entry.answers(to: name)
          && !proper.contains { $0.kind == entry.kind || $0.type == entry.type }
      }
    guard !found.isEmpty else { throw unknown(entries, catalog) }
    let plugins = found.map { PluginDescription($0, configName: catalog.unambiguousName(of: $0)) }
    context.print(
      json
        ? JSON.page(.list(plugins.map(\.value)))
        : plugins.map(\.text).joined(separator: "\n"))
    return .done
  }

  private func unknown(_ entries: [Catalog.Entry], _ catalog: Catalog) -> UsageError {
    let shown = Parser.shown(name)
    let what = kind.map(\.kind.name) ?? "plugin"
    let message = "there is no \(what) named `\(shown)`"
    if kind != nil, let other = catalog.entries.first(where: { $0.answers(to: name) }) {
      return UsageError("\(message); it is \(other.kind.withArticle)")
    }
    return UsageError(
      message
        + Parser.suggestion(
          name, entries.flatMap { [catalog.unambiguousName(of: $0)] + $0.manifest.aliases }))
  }
}
