import EspalierProtocols

/// Reads sweeps, as ``ConfigurationLoader`` reads configs.
package struct SweepLoader {
  package let loader: ConfigurationLoader

  package init(_ loader: ConfigurationLoader) { self.loader = loader }

  /// The config file that a sweep names, whose packages of plugins its runs need; `nil` where the sweep holds
  /// the config itself, or cannot be read.
  package func configFile(of path: String) -> String? {
    var files = ConfigFileLoader(
      catalog: loader.catalog, environment: loader.environment, read: loader.read)
    guard let root = files.load(path), case .text(let config)? = root["config"]?.value(for: .path)
    else { return nil }
    return ConfigFiles.join(ConfigFiles.folder(of: path), config)
  }

  /// - Throws: ``ConfigurationProblems`` with all that is wrong, but for configs that only some trials have.
  ///
  /// - Parameters:
  ///   - sets: the arguments of `--set`, in their order. One whose path begins with a key of sweeps changes the
  ///     sweep, any other the config of all trials.
  ///   - seed: in place of the sweep's own.
  package func load(
    _ path: String, sets: [String] = [], seed: Int? = nil
  ) throws(ConfigurationProblems) -> Sweep {
    var files = ConfigFileLoader(
      catalog: loader.catalog, environment: loader.environment, read: loader.read)
    guard var root = files.load(path) else { throw ConfigurationProblems(files.problems) }
    if let problem = notASweep(root, path) { throw ConfigurationProblems([problem]) }
    var settings = SweepSettings()
    var changes = SweepChanges(sets, loader)
    root = changes.apply(to: root)
    var decoder = ConfigDecoder(
      catalog: loader.catalog, root: root, folder: ConfigFiles.folder(of: path),
      isIncomplete: files.isIncomplete)
    decoder.problems = files.problems + changes.problems
    var owner = ConfigDecoder.Owner(
      name: "the sweep", path: "", place: root.place, origin: [], examples: SweepSettings.examples)
    owner.isSweep = true
    decoder.decode(
      (root.entries ?? []).filter { !$0.key.hasPrefix("x-") }, SchemaItem.items(of: settings), owner
    )
    let written = decoder.fixed(root["set"])
    let parameters = decoder.parameters(root, written)
    decoder.problems += changes.clashes(with: parameters)
    let fixed = changes.laid(over: written)
    let tree = tree(root, path, &decoder)
    guard let tree, !decoder.problems.contains(where: { $0.severity == .error }) else {
      throw ConfigurationProblems(decoder.problems)
    }
    if let seed { settings.seed = seed }
    func place(of key: String) -> ConfigPlace? {
      root.entries?.first { $0.key == key }?.keyPlace
    }
    return try SweepAssembly(
      title: path, name: ConfigFiles.stem(of: path), settings: settings,
      space: SearchSpace(parameters.map(\.parameter)), catalog: loader.catalog,
      places: SweepPlaces(
        strategy: place(of: "strategy") ?? root.place,
        objective: root["objective"].flatMap { $0.scalar == nil ? $0["metric"]?.place : $0.place }
          ?? place(of: "objective") ?? root.place,
        parameters: Dictionary(
          parameters.map { ($0.parameter.path, $0.keyPlace) },
          uniquingKeysWith: { first, _ in first }),
        firstParameter: parameters.first?.keyPlace),
      problems: decoder.problems,
      given: { _ in
        // The files that the config reads are not among it.
        [
          .init("config", tree.root.value()),
          .init("set", .table(fixed.map { .init($0.path, $0.value.value()) })),
          .init(
            "parameters", .table(parameters.map { .init($0.parameter.path, $0.node.value()) })),
        ]
      },
      make: { [loader] (point) throws(ConfigurationProblems) in
        try loader.configuration(
          tree, fixed + zip(parameters, point.numbers).compactMap { $0.setting($1) })
      }
    ).sweep()
  }

  /// A config in the place of a sweep is one mistake, not one for each of its keys.
  private func notASweep(_ root: ConfigNode, _ path: String) -> Diagnostic? {
    guard root["config"] == nil, root["parameters"] == nil, root["strategy"] == nil,
      root["data"] != nil || root["model"] != nil
    else { return nil }
    let file = path.split(separator: "/").last.map(String.init) ?? path
    return Diagnostic(
      .sweepConfig, "this is a config, not a sweep", at: root.place,
      label:
        "write a file that names it, and what is searched: `config: \(file)`, `parameters: {…}` and "
        + "`strategy: {random: {trials: 20}}`")
  }

  /// The config, from its file or from within the sweep.
  private func tree(
    _ root: ConfigNode, _ path: String, _ decoder: inout ConfigDecoder
  ) -> ConfigurationLoader.Tree? {
    guard let node = root["config"], !node.isInvalid else { return nil }
    if node.entries != nil {
      if let packages = node["plugins"] {
        decoder.problems.append(
          Diagnostic(
            .sweepConfig, "packages of plugins are named in a config file, not in a sweep",
            at: packages.place, path: "config.plugins",
            label: "put the config into a file of its own: `config: config.yaml`"))
      }
      return .init(
        root: node, folder: ConfigFiles.folder(of: path), file: path,
        name: ConfigFiles.stem(of: path))
    }
    guard case .text(let config)? = node.scalar?.value, !config.isEmpty else { return nil }
    let file = ConfigFiles.join(ConfigFiles.folder(of: path), config)
    let (tree, problems) = loader.tree(file)
    if tree == nil, problems.first?.code == .unreadableFile {
      decoder.problems.append(
        Diagnostic(
          .sweepConfig, "the config cannot be read: \(problems[0].message)", at: node.place,
          path: "config", found: config, label: "a path is as seen from the sweep's folder"))
    } else {
      decoder.problems += problems
    }
    return tree
  }
}

extension ConfigDecoder {
  /// What `set` says.
  fileprivate mutating func fixed(_ node: ConfigNode?) -> [ConfigSetting] {
    (node?.entries ?? []).compactMap { entry in
      guard !entry.value.isInvalid else { return nil }
      var value = entry.value
      value.origin = ["set by the sweep"] + value.origin
      let setting = ConfigSetting(path: entry.key, at: entry.keyPlace, to: value)
      if setting == nil { problems.append(noPath(entry)) }
      return setting
    }
  }

  fileprivate mutating func parameters(
    _ root: ConfigNode, _ fixed: [ConfigSetting]
  ) -> [SweptParameter] {
    guard let node = root["parameters"], !node.isInvalid else { return [] }
    // What is no group of keys was told of when the keys were read.
    guard node.entries != nil || node.isNull else { return [] }
    guard let entries = node.entries, !entries.isEmpty else {
      problems.append(
        Diagnostic(
          .sweepParameter, "there is nothing to search", at: node.place, path: "parameters",
          label: "for example `\(SweepSettings.examples["parameters"] ?? "")`"))
      return []
    }
    return entries.compactMap { entry in
      if fixed.contains(where: { $0.path == entry.key }) {
        problems.append(
          Diagnostic(
            .sweepParameter, "\(Printable.code(entry.key)) is searched, and set under `set`",
            at: entry.keyPlace, path: "parameters." + entry.key, label: "remove one of the two"))
      }
      return sweptParameter(entry)
    }
  }
}
