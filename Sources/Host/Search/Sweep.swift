import EspalierProtocols

/// A sweep that was read: a config, what of it is searched, how, and what is good.
package struct Sweep: Sendable {
  /// The file, as the user named it.
  package let file: String
  /// What is searched, in the order of the file.
  package let space: SearchSpace
  package let strategy: any SearchStrategy
  package let objective: SearchObjective
  /// Epochs of a trial that is trained to its end.
  package let epochs: Int
  let keep: KeptWeights
  package let seed: UInt64
  package let parallel: Int?
  /// The folder of the search.
  package let output: String
  /// What is doubtful about the config that all trials have in common.
  package let warnings: [Diagnostic]
  /// All that trials depend on, to be compared with what a folder was begun with.
  let facts: ConfigValue

  let loader: ConfigurationLoader
  let tree: ConfigurationLoader.Tree
  let fixed: [ConfigSetting]
  let parameters: [SweptParameter]
  let strategyPlace: ConfigPlace

  /// The run of a trial.
  func configuration(at point: SearchPoint) throws(ConfigurationProblems) -> RunConfiguration {
    do throws(ConfigurationProblems) {
      return try loader.configuration(tree, fixed + settings(at: point))
    } catch {
      // What is wrong elsewhere than in the sweep is wrong with these values.
      let words = words(for: point)
      throw ConfigurationProblems(
        error.diagnostics.map { diagnostic in
          guard diagnostic.place?.file != file, diagnostic.severity == .error, !words.isEmpty else {
            return diagnostic
          }
          var diagnostic = diagnostic
          let place = parameters.first?.keyPlace
          diagnostic.notes.append(.init("in a trial with \(words)", at: place))
          return diagnostic
        })
    }
  }

  func settings(at point: SearchPoint) -> [ConfigSetting] {
    zip(parameters, point.numbers).compactMap { $0.setting($1) }
  }

  /// The values of a trial by their paths, in the order of the sweep.
  package func values(at point: SearchPoint) -> [ConfigValue.Entry] {
    zip(space.parameters, point.numbers).map { .init($0.path, $0.range.configValue(of: $1)) }
  }

  /// `optimizer.learning_rate = 0.01, model[0].dense.units = 64`.
  package func words(for point: SearchPoint) -> String {
    values(at: point).map { "\($0.key) = \($0.value)" }.joined(separator: ", ")
  }

  /// A complaint of the strategy, at its place.
  func diagnostic(_ error: any Error) -> Diagnostic {
    let words = PluginErrorWords(
      error, of: strategy.pluginName, from: loader.catalog.entry(of: type(of: strategy)))
    return Diagnostic(
      .sweepStrategy, words.message, at: strategyPlace, path: "strategy", label: words.remedy)
  }
}

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
  /// - Parameter seed: in place of the sweep's own.
  package func load(
    _ path: String, seed: Int? = nil
  ) throws(ConfigurationProblems) -> Sweep {
    var files = ConfigFileLoader(
      catalog: loader.catalog, environment: loader.environment, read: loader.read)
    guard let root = files.load(path) else { throw ConfigurationProblems(files.problems) }
    var settings = SweepSettings()
    var decoder = ConfigDecoder(
      catalog: loader.catalog, root: root, folder: ConfigFiles.folder(of: path),
      isIncomplete: files.isIncomplete)
    decoder.problems = files.problems
    var owner = ConfigDecoder.Owner(
      name: "the sweep", path: "", place: root.place, origin: [], examples: SweepSettings.examples)
    owner.isSweep = true
    decoder.decode(
      (root.entries ?? []).filter { !$0.key.hasPrefix("x-") }, SchemaItem.items(of: settings), owner
    )
    let fixed = decoder.fixed(root["set"])
    let parameters = decoder.parameters(root, fixed)
    let tree = tree(root, path, &decoder)
    guard let tree, !decoder.problems.contains(where: { $0.severity == .error }) else {
      throw ConfigurationProblems(decoder.problems)
    }
    if let seed { settings.seed = seed }
    return try SweepAssembly(
      file: path, root: root, settings: settings, loader: loader, tree: tree, fixed: fixed,
      parameters: parameters, problems: decoder.problems
    ).sweep()
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
