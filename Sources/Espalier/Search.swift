import EspalierCallbacks
import EspalierCommandLine
import EspalierHost
import EspalierProtocols
import Foundation

extension Search {
  /// A search over values of a run in Swift.
  ///
  /// The braces are called for each trial, on its thread and with its values, in the order in which they are named.
  /// Values change a run in any way that Swift can say: sizes, plugins, whether a layer is there at all.
  ///
  /// - Parameters:
  ///   - name: what search and runs are called.
  ///   - values: what is searched.
  ///   - strategy: which trials are made.
  ///   - objective: a result by which they are compared: `"validation_accuracy"`. What `early_stopping` watches, or
  ///     the validation loss, unless given.
  ///   - seed: of the strategy's random numbers; those of the runs are their own.
  ///   - output: the search's folder, as seen from where the program runs; `runs/NAME` unless given.
  ///   - folder: the folder against which the runs' relative paths are resolved.
  ///   - bundles: plugins of the program, beside the built-in ones.
  ///   - run: the parts of a run with these values, as for ``Run``.
  /// - Throws: ``ConfigurationProblems`` with all that is wrong and where in the program it stands; ``RunFailure``
  ///   when the output is the folder of another search.
  public init<each Value: Sendable>(
    _ name: String, over values: repeat Searched<each Value>, strategy: any SearchStrategy,
    objective: ObjectiveSettings = ObjectiveSettings(), seed: Int = 0, output: String? = nil,
    folder: String = ".", adding bundles: [PluginBundle] = [], file: String = #fileID,
    line: Int = #line, column: Int = #column,
    @RunBuilder run: @escaping @Sendable (repeat each Value) throws -> [RunPart]
  ) throws {
    var parameters: [(SearchParameter, problem: String?)] = []
    for value in repeat each values {
      parameters.append((SearchParameter(value.name, value.range), value.problem))
    }
    try self.init(
      name, over: parameters, strategy: strategy, objective: objective, seed: seed,
      output: output, folder: folder,
      at: ConfigPlace(file: file, line: line, column: column),
      catalog: defaultCatalog(adding: bundles)
    ) { point in
      var numbers = point.numbers.makeIterator()
      return try run(repeat (each values).value(numbers.next()!))
    }
  }

  /// The search that a sweep file describes.
  ///
  /// - Parameters:
  ///   - path: the sweep.
  ///   - sets: changes of its values or its config's, as for `--set`: `training.epochs=20`.
  ///   - output: the search's folder; what the sweep says, or `runs/NAME`, unless given.
  ///   - bundles: plugins of the program, beside the built-in ones.
  /// - Throws: ``ConfigurationProblems`` with all that is wrong; ``RunFailure`` when the output is the folder of
  ///   another search.
  public init(
    sweep path: String, sets: [String] = [], output: String? = nil,
    adding bundles: [PluginBundle] = []
  ) throws {
    let catalog = try defaultCatalog(adding: bundles)
    let environment = ProcessInfo.processInfo.environment
    let loader = SweepLoader(ConfigurationLoader(catalog: catalog, environment: environment))
    if let config = loader.configFile(of: path) {
      try ConfigPackages.check(
        config: config, catalog: catalog, bundles: bundles, environment: environment)
    }
    try self.init(loader.load(path, sets: sets), folder: output)
  }

  /// Trains all trials that are not done yet, several at a time, and writes `trials.csv` and `best.yaml`.
  ///
  /// All trials whose values can be told are checked before the first one starts. One that fails is kept as failed,
  /// and the search goes on.
  ///
  /// - Parameter report: told of each trial as it ends, one call at a time.
  /// - Throws: ``ConfigurationProblems`` when a trial's run is wrong; ``RunFailure`` when the folder cannot be
  ///   written.
  @discardableResult
  public func run(
    report: @escaping @Sendable (SearchResults.Trial) -> Void = { _ in }
  ) throws -> SearchResults {
    try SearchInProcess(
      self,
      defaults: {
        var defaults = HostDefaults.standard
        defaults.callbacks.removeAll { $0 is ProgressDisplay }
        return defaults
      }, report: report
    ).run()
  }

  /// What it has come to so far, from its folder.
  public func results() throws -> SearchResults { try SearchResults(self) }
}
