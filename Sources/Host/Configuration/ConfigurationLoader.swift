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
    let base = tree(path)
    guard let tree = base.tree else { throw ConfigurationProblems(problems + base.problems) }
    return try configuration(tree, settings, problems + base.problems)
  }

  /// What a config's files say, before anything is set.
  struct Tree {
    var root: ConfigNode
    var folder: String
    var file: String
    var name: String
    /// Whether a file could not be read, so that nothing can be called missing.
    var isIncomplete = false
  }

  /// Reads the files of a config; without a tree the problems say why.
  func tree(_ path: String) -> (tree: Tree?, problems: [Diagnostic]) {
    var files = ConfigFileLoader(catalog: catalog, environment: environment, read: read)
    guard let root = files.load(path) else { return (nil, files.problems) }
    let tree = Tree(
      root: root, folder: path == "-" ? "." : ConfigFiles.folder(of: path), file: path,
      name: path == "-" ? "run" : ConfigFiles.stem(of: path), isIncomplete: files.isIncomplete)
    return (tree, files.problems)
  }

  /// The run that a tree describes when some of its values are set.
  ///
  /// - Parameter problems: those that were found before; with an error among them there is no run.
  func configuration(
    _ tree: Tree, _ settings: [ConfigSetting], _ problems: [Diagnostic] = []
  ) throws(ConfigurationProblems) -> RunConfiguration {
    var problems = problems
    var root = tree.root
    var applier = SettingApplier(catalog: catalog)
    for setting in settings { root = applier.apply(setting, to: root) }
    problems += applier.problems

    var configuration = RunConfiguration()
    configuration.folder = tree.folder
    configuration.file = tree.file
    configuration.name = tree.name
    var decoder = ConfigDecoder(
      catalog: catalog, root: root, folder: tree.folder, isIncomplete: tree.isIncomplete)
    decoder.decodeRoot(into: configuration)
    configuration.places = decoder.places
    configuration.catalog = catalog
    problems += decoder.problems

    problems += findings(configuration, problems, tree.isIncomplete)
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
