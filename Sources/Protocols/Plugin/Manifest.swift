/// What is said once about a plugin and serves the config, listings, the schema and the reference.
public struct Manifest: Sendable {
  /// Name in a config: lower case words joined by underscores, the field's standard term.
  public let name: String
  /// One sentence that says what the plugin does, its formula first.
  public let summary: String
  /// Other common names that a config may use.
  public let aliases: [String]
  /// Where the technique was published, for example `"Kingma and Ba, 2015"`.
  public let paper: String?
  /// A config fragment that decodes, shown by `espalier plugins show`; the bare name when nothing is required.
  public let sample: String

  public init(
    _ name: String, _ summary: String, aliases: [String] = [], paper: String? = nil,
    sample: String? = nil
  ) {
    self.name = name
    self.summary = summary
    self.aliases = aliases
    self.paper = paper
    self.sample = sample ?? name
  }
}
