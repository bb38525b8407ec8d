import EspalierProtocols

extension Search {
  /// A search over values of a run in Swift.
  ///
  /// - Parameters:
  ///   - parameters: what is searched, each with what is wrong with its range.
  ///   - parts: the run with some values.
  /// - Throws: ``ConfigurationProblems`` with all that is wrong, ``RunFailure`` when the folder is that of another
  ///   search.
  package init(
    _ name: String, over parameters: [(SearchParameter, problem: String?)],
    strategy: any SearchStrategy, objective: ObjectiveSettings, seed: Int, output: String?,
    folder: String, at place: ConfigPlace, catalog: Catalog,
    parts: @escaping @Sendable (SearchPoint) throws -> [RunPart]
  ) throws {
    var problems: [Diagnostic] = []
    var known = Set<String>()
    func report(_ message: String, _ name: String, _ label: String) {
      problems.append(
        Diagnostic(.sweepParameter, message, at: place, path: "parameters." + name, label: label))
    }
    for (parameter, problem) in parameters {
      let name = Printable.code(parameter.path)
      if let problem { report("\(name): \(problem)", parameter.path, "in this search") }
      if parameter.path.isEmpty || !known.insert(parameter.path).inserted {
        report(
          parameter.path.isEmpty ? "a searched value has no name" : "\(name) is searched twice",
          parameter.path, "give each value a name of its own")
      }
    }
    problems += strategy.codeProblems("strategy", at: place)
    if seed < 0 {
      problems.append(
        Diagnostic(
          .outOfRange, "the seed of a search is 0 or more, not \(seed)", at: place, path: "seed"))
    }
    guard problems.isEmpty else { throw ConfigurationProblems(problems) }
    var settings = SweepSettings()
    settings.strategy = strategy
    settings.objective = objective
    settings.seed = seed
    settings.output = output
    let space = SearchSpace(parameters.map(\.0))
    let assembly = SweepAssembly(
      title: name, name: name, settings: settings, space: space, catalog: catalog,
      places: SweepPlaces(strategy: place, objective: place, firstParameter: place), problems: [],
      given: { example in
        [
          .init("run", example.among(catalog).configValue),
          .init("parameters", .table(space.parameters.map { .init($0.path, $0.range.words) })),
        ]
      },
      make: { (point) throws(ConfigurationProblems) in
        let made: [RunPart]
        do { made = try parts(point) } catch let problems as ConfigurationProblems {
          throw problems
        } catch {
          throw ConfigurationProblems([
            Diagnostic(.sweepConfig, "the run cannot be made: \(error)", at: place)
          ])
        }
        return try RunConfiguration(
          name, folder: folder, at: place, catalog: catalog, parts: made)
      })
    try self.init(assembly.sweep())
  }
}

extension SearchRange {
  /// What it can be, to be compared with another time.
  fileprivate var words: ConfigValue {
    func pair(_ name: String, _ from: ConfigValue, _ to: ConfigValue, _ step: ConfigValue? = nil)
      -> ConfigValue
    {
      .table([.init(name, .list([from, to] + (step.map { [$0] } ?? [])))])
    }
    return switch self {
    case .choice(let values): .list(values)
    case .uniform(let range, let step):
      pair(
        "uniform", .number(range.lowerBound), .number(range.upperBound),
        step.map(ConfigValue.number))
    case .logUniform(let range):
      pair("log_uniform", .number(range.lowerBound), .number(range.upperBound))
    case .integer(let range, let step, let isLog):
      pair(
        isLog ? "log_integer" : "integer", .integer(range.lowerBound),
        .integer(range.upperBound), .integer(step))
    case .normal(let mean, let deviation): pair("normal", .number(mean), .number(deviation))
    }
  }
}
