import EspalierHost

/// `config schema`
struct ConfigSchemaCommand: Command {
  static let name = "schema"
  static let summary = "prints the JSON Schema of configs, with which editors check and complete"
  static let details = """
    Editors that use the YAML language server find it by a config's first line:
    # yaml-language-server: $schema=espalier.schema.json
    """
  static let examples = [
    "config schema > espalier.schema.json", "config schema acme.yaml > acme.schema.json",
    "config schema --sweep > sweep.schema.json",
  ]

  @Operand(
    "a config, or the sweep of one, whose `plugins:` are known to the schema too", as: "CONFIG",
    completes: .files(["yaml", "yml", "json"])) var config: String?
  @Flag("the schema of sweeps, the files of `search`") var sweep

  func run(_ context: Context) throws -> ExitStatus {
    let catalog =
      try config.map { try sweep ? context.catalog(forSweep: $0) : context.catalog(for: $0) }
      ?? context.program.catalog()
    let schema = JSONSchema(catalog)
    context.print(sweep ? schema.sweepText : schema.text)
    return .done
  }
}
