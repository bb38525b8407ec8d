import EspalierProtocols

extension RunConfiguration {
  /// Checks a configuration that was made or changed in code as one that was read from a file is: ranges
  /// of values, required ones that are not set, what plugins say of themselves, layer names, and what
  /// does not fit together across sections. What is doubtful goes into ``warnings``.
  ///
  /// - Parameter catalog: all plugins, to name one that would do.
  /// - Throws: ``ConfigurationProblems`` with all that is wrong.
  public mutating func check(_ catalog: Catalog) throws(ConfigurationProblems) {
    try check(catalog, with: [])
  }

  /// - Parameter found: what is known to be wrong already.
  mutating func check(
    _ catalog: Catalog, with found: [Diagnostic]
  ) throws(ConfigurationProblems) {
    var checker = CodeChecker(configuration: self)
    checker.check(SchemaItem.items(of: self), "")
    var problems = found + checker.problems
    problems += ConfigurationLoader(catalog: catalog).findings(self, problems, false)
    let all = ConfigurationProblems(problems)
    guard all.errorCount == 0 else { throw all }
    warnings = all.diagnostics
  }
}

extension Plugin {
  /// What is wrong with a plugin of a program that stands in no run: ranges of values and what it says of itself.
  func codeProblems(_ path: String, at place: ConfigPlace) -> [Diagnostic] {
    var configuration = RunConfiguration()
    configuration.places.note(path, place, [])
    var checker = CodeChecker(configuration: configuration)
    checker.check(self, path)
    return checker.problems
  }
}

/// Walks through sections and plugins and collects what a config file could not have brought.
private struct CodeChecker {
  let configuration: RunConfiguration
  var problems: [Diagnostic] = []

  init(configuration: RunConfiguration) { self.configuration = configuration }

  /// - Parameter path: the section's; empty for the outermost.
  mutating func check(_ items: [SchemaItem], _ path: String) {
    for item in items {
      let path = path.isEmpty ? item.name : path + "." + item.name
      switch item.content {
      case .section(let section): check(SchemaItem.items(of: section), path)
      case .parameter(let parameter): check(parameter, item, path, owner: nil)
      case .component(let component):
        if component.current.isEmpty, !component.hasDefault {
          problems.append(lacks(component.kind, path))
        }
        check(component, path)
      }
    }
  }

  private func lacks(_ kind: PluginKind, _ path: String) -> Diagnostic {
    let isModel = kind == .layer
    let example =
      isModel
      ? "Model { Dense(64, activation: ReLU()); Dense(10) }" : Self.examples[path, default: "…"]
    let isEmpty = isModel && configuration.places[path] != nil
    return Diagnostic(
      .missingSection,
      isEmpty ? "the model has no layers" : "the run has no \(isModel ? "model" : kind.name)",
      at: configuration.places[path]?.place ?? configuration.codePlace, path: path,
      label: "add \(isEmpty ? "some" : "one"), for example `\(example)`")
  }

  /// For sections without a default: a line that could be written.
  private static let examples = [
    "data.source": #"CSVSource("data.csv", target: "label")"#, "loss": "CrossEntropy()",
    "optimizer": "Adam(learningRate: 1e-3)",
  ]

  private mutating func check(_ component: any AnyComponent, _ path: String) {
    var names = Set<String>()
    for (index, plugin) in component.current.enumerated() {
      let path = component.multiplicity == .many ? "\(path)[\(index)]" : path
      check(plugin, path)
      if let named = plugin as? Named { check(named.name, path, &names) }
    }
  }

  mutating func check(_ plugin: any Plugin, _ path: String) {
    let plugin = RunConfiguration.unwrapped(plugin)
    let before = problems.count
    let inner = path + "." + plugin.pluginName
    for item in SchemaItem.items(of: plugin) {
      let path = inner + "." + item.name
      switch item.content {
      case .section: break
      case .parameter(let parameter): check(parameter, item, path, owner: plugin)
      case .component(let component):
        if component.current.isEmpty, !component.hasDefault {
          problems.append(missing(item, path, plugin))
        }
        check(component, path)
      }
    }
    // One that lacks values cannot be asked about itself.
    guard problems.count == before else { return }
    do { try plugin.validate() } catch {
      let problem = error as? PluginError
      problems.append(
        configuration.diagnostic(
          .refused, "\(plugin.pluginName): \(problem?.message ?? "\(error)")",
          atPath: problem?.parameter.map { inner + "." + $0 } ?? inner, label: problem?.remedy))
    }
  }

  private func missing(_ item: SchemaItem, _ path: String, _ plugin: any Plugin) -> Diagnostic {
    configuration.diagnostic(
      .missingParameter,
      "\(plugin.pluginName) needs \(Printable.code(item.name)): \(item.text)", atPath: path,
      label: "set it (\(item.summary))")
  }

  /// - Parameter owner: the plugin that has the parameter; `nil` for one of a section.
  private mutating func check(
    _ parameter: any AnyParameter, _ item: SchemaItem, _ path: String, owner: (any Plugin)?
  ) {
    guard parameter.currentConfigValue != nil else {
      if let owner { problems.append(missing(item, path, owner)) }
      return
    }
    do throws(ValueProblem) { try parameter.check() } catch {
      let part = error.path.map { Int($0) == nil ? ".\($0)" : "[\($0)]" }.joined()
      let key =
        owner.map { "\(Printable.code(item.name + part)) of \($0.pluginName)" }
        ?? Printable.code(path + part)
      let isRange = error.reason == .range
      let rule =
        isRange
        ? parameter.bounds?.sentence(parameter.unit) ?? "must be \(error.expected)"
        : "takes \(error.expected)"
      var problem = configuration.diagnostic(
        isRange ? .outOfRange : .wrongType,
        "\(key) is \(Printable.short("\(error.found)")), but \(rule)", atPath: path,
        label: error.hint ?? item.summary, notes: [.init("`\(item.name)`: \(item.text)")])
      problem.found = "\(error.found)"
      problem.allowed = error.expected
      problems.append(problem)
    }
  }

  private mutating func check(_ name: String, _ path: String, _ known: inout Set<String>) {
    if !LayerNames.isName(name) {
      problems.append(
        configuration.diagnostic(
          .layerName, "\(Printable.code(name)) is no name for a layer", atPath: path,
          label: "use letters, digits, `_` and `-`"))
    } else if !known.insert(name).inserted {
      problems.append(
        configuration.diagnostic(
          .layerNameTwice, "two layers are named \(Printable.code(name))", atPath: path,
          label: "give this one another name"))
    }
  }
}
