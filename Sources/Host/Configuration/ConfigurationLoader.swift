import EspalierProtocols

/// Reads a config file into a ``RunConfiguration``, or says all that is wrong with it.
///
/// Values come from, in rising precedence: the defaults of sections and plugins, included files,
/// the file itself with what it takes from the environment, and `--set`.
public struct ConfigurationLoader: Sendable {
  /// The plugins that a config can name.
  public var catalog: Catalog
  /// What `${env:NAME}` sees.
  public var environment: [String: String]
  /// Checks across sections, beside those of each plugin.
  public var checks: [any ConfigurationCheck]
  var read: @Sendable (String) throws(ConfigFileProblem) -> [UInt8]

  public init(
    catalog: Catalog, environment: [String: String] = [:],
    checks: [any ConfigurationCheck] = ConfigurationLoader.standardChecks
  ) {
    self.catalog = catalog
    self.environment = environment
    self.checks = checks
    read = { (path) throws(ConfigFileProblem) in try ConfigFiles.read(path) }
  }

  /// A loader that reads texts by name in place of files.
  package init(
    catalog: Catalog, environment: [String: String] = [:], files: [String: [UInt8]],
    checks: [any ConfigurationCheck] = ConfigurationLoader.standardChecks
  ) {
    self.init(catalog: catalog, environment: environment, checks: checks)
    read = { (path) throws(ConfigFileProblem) in
      guard let bytes = files[path] else {
        throw ConfigFileProblem(reason: "there is no such file", isMissing: true)
      }
      return bytes
    }
  }

  /// - Parameters:
  ///   - path: the config file; `-` for standard input.
  ///   - sets: the arguments of `--set`, `training.epochs=20`, in their order.
  public static func load(
    path: String, catalog: Catalog, sets: [String] = [], environment: [String: String] = [:]
  ) throws(ConfigurationProblems) -> RunConfiguration {
    try ConfigurationLoader(catalog: catalog, environment: environment).load(path, sets: sets)
  }

  /// The run that a config describes; warnings are in ``RunConfiguration/warnings``.
  public func load(
    _ path: String, sets: [String] = []
  ) throws(ConfigurationProblems) -> RunConfiguration {
    var problems: [Diagnostic] = []
    var settings: [ConfigSetting] = []
    for (index, argument) in sets.enumerated() {
      let parsed = ConfigSetting.parse(argument, number: index + 1, environment: environment)
      problems += parsed.problems
      if let setting = parsed.setting { settings.append(setting) }
    }
    var files = ConfigFileLoader(catalog: catalog, environment: environment, read: read)
    let file = files.load(path)
    problems += files.problems
    guard var tree = file else { throw ConfigurationProblems(problems) }

    var applier = SettingApplier(catalog: catalog)
    for setting in settings { tree = applier.apply(setting, to: tree) }
    problems += applier.problems

    var configuration = RunConfiguration()
    configuration.folder = path == "-" ? "." : ConfigFiles.folder(of: path)
    configuration.file = path
    configuration.name = path == "-" ? "run" : ConfigFiles.stem(of: path)
    var decoder = ConfigDecoder(
      catalog: catalog, root: tree, folder: configuration.folder,
      isIncomplete: files.isIncomplete)
    decoder.decodeRoot(into: configuration)
    configuration.places = decoder.places
    configuration.catalog = catalog
    problems += decoder.problems

    problems += findings(configuration, problems, files.isIncomplete)
    let all = ConfigurationProblems(problems)
    guard all.errorCount == 0 else { throw all }
    configuration.warnings = all.diagnostics
    return configuration
  }

  /// What the checks find in the parts of the config that could be read.
  func findings(
    _ configuration: RunConfiguration, _ problems: [Diagnostic], _ isIncomplete: Bool
  ) -> [Diagnostic] {
    // A part that has an error may lack values; a check that reads it would report follow-up noise.
    guard !isIncomplete else { return [] }
    // What a misspelt key should have set has no value either.
    var broken = Set(
      SchemaItem.items(of: configuration).filter { !$0.isSet }.map(\.name))
    for problem in problems where problem.severity == .error {
      guard let path = problem.path else { return [] }
      broken.insert(String(path.prefix { $0 != "." && $0 != "[" }))
    }
    let brought = catalog.additions.compactMap { $0 as? any ConfigurationCheck }
    return (checks + brought).filter { type(of: $0).reads.isDisjoint(with: broken) }.flatMap {
      $0.check(configuration, catalog)
    }
  }
}
