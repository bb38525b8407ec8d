import EspalierProtocols

/// `plugins list`
struct PluginsListCommand: Command {
  static let name = "list"
  static let summary = "lists what a config can name"
  static let otherNames = ["ls"]
  static let details = """
    Plugins of other packages than the framework's have their bundle, package and version behind
    them. Where two bundles have the same name, it is listed as a config must write it: acme/relu.
    """
  static let examples = ["plugins list", "plugins list optimizers"]

  @Operand("one kind only, as optimizers", as: "KIND", completes: .values(KindName.plurals))
  var kind: KindName?
  @Flag("prints the list as JSON") var json

  func run(_ context: Context) throws -> ExitStatus {
    let catalog = try context.program.catalog()
    let kinds = kind.map { [$0.kind] } ?? PluginKind.all
    if json {
      let entries = kinds.flatMap(catalog.all(of:))
      context.print(JSON.page(.list(entries.map { Self.value($0, catalog) })))
      return .done
    }
    let groups = kinds.compactMap { kind -> String? in
      let entries = catalog.all(of: kind)
      guard !entries.isEmpty else { return nil }
      return kind.plural + "\n"
        + Columns.text(
          entries.map { entry in
            let mark = PluginProvenance(entry).mark
            return [
              catalog.unambiguousName(of: entry),
              entry.manifest.summary + (mark.isEmpty ? "" : "  " + mark),
            ]
          }, margin: "  ")
    }
    if groups.isEmpty, let kind { context.note("there are no \(kind.kind.plural)") }
    context.print(groups.joined(separator: "\n"))
    return .done
  }

  private static func value(_ entry: Catalog.Entry, _ catalog: Catalog) -> ConfigValue {
    .table(
      [
        .init("name", .text(entry.name)), .init("kind", .text(entry.kind.name)),
        .init("summary", .text(entry.manifest.summary)),
        .init("aliases", .list(entry.manifest.aliases.map(ConfigValue.text))),
        .init("config_name", .text(catalog.unambiguousName(of: entry))),
      ] + PluginProvenance(entry).members)
  }
}

/// A kind of plugin as people write it: `optimizer` or `optimizers`.
struct KindName: ParameterValue {
  let kind: PluginKind

  static let plurals = PluginKind.all.map(\.plural)

  static func decode(_ value: ConfigValue) throws(ValueProblem) -> KindName {
    let name = value.description
    if let kind = PluginKind.all.first(where: { $0.name == name || $0.plural == name }) {
      return KindName(kind: kind)
    }
    throw ValueProblem(.choice, expected: "a kind of plugin", found: value, choices: plurals)
  }
  var configValue: ConfigValue { .text(kind.name) }
  // Free text in listings: fourteen names would drown what the option is for.
  static var form: ValueForm { .text }
}
