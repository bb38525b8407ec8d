import EspalierHost

/// `config schema`
struct ConfigSchemaCommand: Command {
  static let name = "schema"
  static let summary = "prints the JSON Schema of configs, with which editors check and complete"
  static let details = """
    Editors that use the YAML language server find it by a config's first line:
    # yaml-language-server: $schema=espalier.schema.json
    """
  static let examples = ["config schema > espalier.schema.json"]

  func run(_ context: Context) throws -> ExitStatus {
    context.print(JSONSchema(try context.program.catalog()).text)
    return .done
  }
}
