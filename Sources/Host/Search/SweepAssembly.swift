import EspalierProtocols

/// Puts together a sweep that could be read: tries one of its configs, and asks strategy and objective whether
/// they fit it.
struct SweepAssembly {
  let title: String
  /// What the folder is called unless the sweep says so.
  let name: String
  let settings: SweepSettings
  let space: SearchSpace
  let catalog: Catalog
  let places: SweepPlaces
  /// What is known to be wrong or doubtful already.
  let problems: [Diagnostic]
  /// What trials depend on beside strategy, objective and seed, given one of the runs.
  let given: (RunConfiguration) -> [ConfigValue.Entry]
  let make: Sweep.Making

  func sweep() throws(ConfigurationProblems) -> Sweep {
    // Any point will do to see what the trials have in common.
    let middle = SearchPoint(
      space.parameters.map { parameter in
        if case .choice = parameter.range { 0 } else { parameter.range.value(at: 0.5) }
      })
    let example = try example(middle)
    let objective: SearchObjective
    let reader = ObjectiveReader(
      settings: settings.objective, configuration: example, place: places.objective)
    switch reader.objective() {
    case .success(let found): objective = found
    case .failure(let problem): throw ConfigurationProblems(problems + [problem])
    }
    let sweep = Sweep(
      title: title, space: space, strategy: settings.strategy, objective: objective,
      epochs: example.training.epochs, keep: settings.keep, seed: UInt64(settings.seed),
      parallel: settings.parallel, output: settings.output ?? "runs/" + name,
      warnings: ConfigurationProblems(problems + example.warnings).diagnostics,
      facts: facts(objective, given(example)), catalog: catalog, places: places, make: make)
    try check(sweep)
    return sweep
  }

  /// The run of a point. Where it is refused, so is what any other value of a parameter does wrong.
  private func example(_ point: SearchPoint) throws(ConfigurationProblems) -> RunConfiguration {
    // In a program nothing else says which values are meant.
    let isFile = places.firstParameter?.file == title
    func make(_ point: SearchPoint) throws(ConfigurationProblems) -> RunConfiguration {
      do throws(ConfigurationProblems) { return try self.make(point) } catch {
        throw error.noting(space.words(for: point), at: places) { _ in !isFile }
      }
    }
    do throws(ConfigurationProblems) { return try make(point) } catch {
      var all = problems + error.diagnostics
      for corner in space.corners(around: point) {
        do throws(ConfigurationProblems) { _ = try make(corner) } catch {
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
    if let searched = places.parameters["training.epochs"],
      steps.contains(where: { $0.epochs != nil })
    {
      throw ConfigurationProblems([
        Diagnostic(
          .sweepStrategy,
          "\(sweep.strategy.pluginName) says how many epochs a trial has; they cannot be searched",
          at: searched, path: "parameters.training.epochs",
          label: "remove it, and set the most under `set: {training.epochs: …}`",
          notes: [.init("the strategy", at: places.strategy)])
      ])
    }
  }

  /// All that trials depend on.
  private func facts(
    _ objective: SearchObjective, _ given: [ConfigValue.Entry]
  ) -> ConfigValue {
    .table(
      given + [
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
