import EspalierProtocols

/// Puts together a sweep whose file could be read: tries one of its configs, and asks strategy and objective
/// whether they fit it.
struct SweepAssembly {
  let file: String
  let root: ConfigNode
  let settings: SweepSettings
  let loader: ConfigurationLoader
  let tree: ConfigurationLoader.Tree
  let fixed: [ConfigSetting]
  let parameters: [SweptParameter]
  let problems: [Diagnostic]

  func sweep() throws(ConfigurationProblems) -> Sweep {
    let space = SearchSpace(parameters.map(\.parameter))
    // Any point will do to see what the trials have in common.
    let middle = SearchPoint(
      space.parameters.map { parameter in
        if case .choice = parameter.range { 0 } else { parameter.range.value(at: 0.5) }
      })
    let example = try example(middle)
    let objective: SearchObjective
    let metric = root["objective"]?["metric"]
    let reader = ObjectiveReader(
      settings: settings.objective, configuration: example,
      place: metric?.place ?? place(of: "objective") ?? root.place)
    switch reader.objective() {
    case .success(let found): objective = found
    case .failure(let problem): throw ConfigurationProblems(problems + [problem])
    }
    let sweep = Sweep(
      file: file, space: space, strategy: settings.strategy, objective: objective,
      epochs: example.training.epochs, keep: settings.keep, seed: UInt64(settings.seed),
      parallel: settings.parallel, output: settings.output ?? "runs/" + ConfigFiles.stem(of: file),
      warnings: example.warnings, facts: facts(objective), loader: loader, tree: tree,
      fixed: fixed, parameters: parameters, strategyPlace: place(of: "strategy") ?? root.place)
    try check(sweep)
    return sweep
  }

  /// The run of a point. Where it is refused, so is what any other value of a parameter does wrong.
  private func example(_ point: SearchPoint) throws(ConfigurationProblems) -> RunConfiguration {
    func configuration(_ point: SearchPoint) throws(ConfigurationProblems) -> RunConfiguration {
      try loader.configuration(
        tree, fixed + zip(parameters, point.numbers).compactMap { $0.setting($1) }, problems)
    }
    do throws(ConfigurationProblems) { return try configuration(point) } catch {
      var all = error.diagnostics
      for corner in SearchSpace(parameters.map(\.parameter)).corners(around: point) {
        do throws(ConfigurationProblems) { _ = try configuration(corner) } catch {
          all += error.diagnostics
        }
      }
      throw ConfigurationProblems(all)
    }
  }

  /// Whether the strategy fits; what it asks for first is part of that.
  private func check(_ sweep: Sweep) throws(ConfigurationProblems) {
    let steps: [TrialStep]
    do {
      try sweep.strategy.check(sweep.space, epochs: sweep.epochs)
      steps = try sweep.strategy.steps(
        inRound: 0, of: SearchState(space: sweep.space, seed: sweep.seed, epochs: sweep.epochs))
    } catch {
      throw ConfigurationProblems([sweep.diagnostic(error)])
    }
    if let searched = parameters.first(where: { $0.parameter.path == "training.epochs" }),
      steps.contains(where: { $0.epochs != nil })
    {
      throw ConfigurationProblems([
        Diagnostic(
          .sweepStrategy,
          "\(sweep.strategy.pluginName) says how many epochs a trial has; they cannot be searched",
          at: searched.keyPlace, path: "parameters.training.epochs",
          label: "remove it, and set the most under `set: {training.epochs: …}`",
          notes: [.init("the strategy", at: sweep.strategyPlace)])
      ])
    }
  }

  private func place(of key: String) -> ConfigPlace? {
    root.entries?.first { $0.key == key }?.keyPlace
  }

  /// All that trials depend on. The files that the config reads are not among it.
  private func facts(_ objective: SearchObjective) -> ConfigValue {
    func written(_ settings: [(String, ConfigValue)]) -> ConfigValue {
      .table(settings.map { .init($0.0, $0.1) })
    }
    return .table([
      .init("config", tree.root.value()),
      .init("set", written(fixed.map { ($0.path, $0.value.value()) })),
      .init("parameters", written(parameters.map { ($0.parameter.path, $0.node.value()) })),
      .init("strategy", Schema.describe(settings.strategy)),
      .init(
        "objective",
        .table([
          .init("metric", .text(objective.metric)),
          .init("better", .text(objective.prefersHigher ? "more" : "less")),
          .init("epoch", .text(objective.epoch.rawValue)),
        ])),
      .init("seed", .integer(settings.seed)),
    ])
  }
}

extension Sweep {
  /// Checks all configs that can be told before anything ran: each value of a list and both ends of each range,
  /// and the trials of the first round.
  ///
  /// - Throws: ``ConfigurationProblems`` with all that is wrong, at the sweep's lines where it is their fault.
  package func checkTrials() throws(ConfigurationProblems) {
    let steps: [TrialStep]
    do {
      steps = try strategy.steps(
        inRound: 0, of: SearchState(space: space, seed: seed, epochs: epochs))
    } catch {
      throw ConfigurationProblems([diagnostic(error)])
    }
    var points = steps.first.map { space.corners(around: $0.point) } ?? []
    points += steps.map(\.point)
    var problems: [Diagnostic] = []
    var known = Set<SearchPoint>()
    for point in points where known.insert(point).inserted {
      do throws(ConfigurationProblems) { _ = try configuration(at: point) } catch {
        problems += error.diagnostics.filter { $0.severity == .error }
        // More of the same kind would hide the rest.
        if problems.count > 100 { break }
      }
    }
    let all = ConfigurationProblems(problems)
    guard all.errorCount == 0 else { throw all }
  }
}

extension SearchSpace {
  /// The points that differ from one in a single parameter: by each value of a choice, by both ends of a range.
  func corners(around point: SearchPoint) -> [SearchPoint] {
    parameters.enumerated().flatMap { place, parameter -> [SearchPoint] in
      let numbers: [Double]
      if case .choice(let values) = parameter.range {
        numbers = values.indices.map(Double.init)
      } else {
        numbers = [parameter.range.value(at: 0), parameter.range.value(at: 1)]
      }
      return numbers.map { number in
        var corner = point
        corner.numbers[place] = number
        return corner
      }
    }
  }
}
