import EspalierProtocols

/// A sweep that was read, or made in a program: a run, what of it is searched, how, and what is good.
package struct Sweep: Sendable {
  /// Makes the run of a trial.
  typealias Making =
    @Sendable (SearchPoint) throws(ConfigurationProblems) -> RunConfiguration

  /// The file, as the user named it, or the name of a search in a program.
  package let title: String
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
  let catalog: Catalog
  let places: SweepPlaces
  let make: Making

  /// The run of a trial.
  func configuration(at point: SearchPoint) throws(ConfigurationProblems) -> RunConfiguration {
    do throws(ConfigurationProblems) { return try make(point) } catch {
      // What is wrong elsewhere than in the sweep is wrong with these values.
      throw error.noting(space.words(for: point), at: places) { $0?.file != title }
    }
  }

  /// The values of a trial by their paths, in the order of the sweep.
  package func values(at point: SearchPoint) -> [ConfigValue.Entry] { space.values(at: point) }

  /// `optimizer.learning_rate = 0.01, model[0].dense.units = 64`.
  package func words(for point: SearchPoint) -> String { space.words(for: point) }

  /// A complaint of the strategy, at its place.
  func diagnostic(_ error: any Error) -> Diagnostic {
    let words = PluginErrorWords(
      error, of: strategy.pluginName, from: catalog.entry(of: type(of: strategy)))
    return Diagnostic(
      .sweepStrategy, words.message, at: places.strategy, path: "strategy", label: words.remedy)
  }
}

/// Where the parts of a sweep stand.
struct SweepPlaces: Sendable {
  var strategy: ConfigPlace?
  /// That of the metric, or what is nearest to it.
  var objective: ConfigPlace?
  /// Those of what is searched, by path.
  var parameters: [String: ConfigPlace] = [:]
  var firstParameter: ConfigPlace?
}

extension SearchSpace {
  func values(at point: SearchPoint) -> [ConfigValue.Entry] {
    zip(parameters, point.numbers).map { .init($0.path, $0.range.configValue(of: $1)) }
  }

  func words(for point: SearchPoint) -> String {
    values(at: point).map { "\($0.key) = \($0.value)" }.joined(separator: ", ")
  }
}

extension ConfigurationProblems {
  /// The same, told with the values of the trial that has them.
  ///
  /// - Parameter concerns: whether an error at a place is one of the values.
  func noting(
    _ words: String, at places: SweepPlaces, where concerns: (ConfigPlace?) -> Bool
  ) -> ConfigurationProblems {
    ConfigurationProblems(
      diagnostics.map { diagnostic in
        guard diagnostic.severity == .error, !words.isEmpty, concerns(diagnostic.place) else {
          return diagnostic
        }
        var diagnostic = diagnostic
        diagnostic.notes.append(.init("in a trial with \(words)", at: places.firstParameter))
        return diagnostic
      })
  }
}
