import EspalierCallbacks
import EspalierHost
import EspalierProtocols

/// A run in a program: of a config, or of the same parts in Swift.
///
/// ```swift
/// let run = try Run("digits") {
///   CSVSource("data/digits.csv", target: "target")
///   SplitSettings(validation: 0.15, test: 0.2)
///   Standardize()
///   Model {
///     Dense(128, activation: ReLU(), initializer: HeNormal())
///     Dropout(0.2)
///     Dense(10)
///   }
///   CrossEntropy(labelSmoothing: 0.1)
///   Adam(learningRate: 1e-3)
///   EarlyStopping(patience: 10)
///   Accuracy()
///   TrainingSettings(epochs: 50, batchSize: 64, seed: 7)
/// }
/// run.on(.epochEnd) { state in print(state.epoch, state.metrics["validation_loss"] ?? .nan) }
/// let result = try run.fit()
/// print(result["test_accuracy"] ?? .nan, try run.predict(samples)[0].label)
/// ```
/// The same settings give the same bits, in Swift and in a config. A run leaves the same folder too, unless
/// ``TrainingOptions/writesFolder`` says otherwise, and shows nothing while it trains unless
/// ``showsProgress`` says so.
///
/// A run belongs to one thread, on which it calls its hooks: closures may use and change what the
/// program has around them. A program that trains several runs at once makes each in a task of its own.
public final class Run {
  /// What the run is, every default filled; it may be changed until ``fit()``, which checks it again.
  public var configuration: RunConfiguration
  /// How to run it: folder, threads, signals.
  public var options = TrainingOptions()
  /// Whether the course of training is shown on standard error.
  public var showsProgress = false
  /// The model, once the run has been trained.
  public private(set) var trained: TrainedRun?
  let catalog: Catalog

  /// A run of a config.
  ///
  /// - Parameters:
  ///   - path: the config file.
  ///   - sets: changes of values, as for `--set`: `training.epochs=20`.
  ///   - bundles: plugins of the program, beside the built-in ones.
  /// - Throws: ``ConfigurationProblems`` with all that is wrong; ``PluginError`` when two plugins share
  ///   a name.
  public init(config path: String, sets: [String] = [], adding bundles: [PluginBundle] = []) throws
  {
    catalog = try defaultCatalog(adding: bundles)
    configuration = try ConfigurationLoader.load(path: path, catalog: catalog, sets: sets)
  }

  /// A run of plugins and settings, one a line; each goes to the section of its kind.
  ///
  /// - Parameters:
  ///   - name: what the run is called.
  ///   - folder: the folder against which relative paths are resolved; where the program runs unless
  ///     given.
  ///   - bundles: plugins of the program, beside the built-in ones. The run itself does not need them;
  ///     opening its folder does.
  /// - Throws: ``ConfigurationProblems`` with all that is wrong and where in the program it stands;
  ///   ``PluginError`` when two plugins share a name.
  public init(
    _ name: String, folder: String = ".", adding bundles: [PluginBundle] = [],
    file: String = #fileID, line: Int = #line, column: Int = #column,
    @RunBuilder parts: () throws -> [RunPart]
  ) throws {
    catalog = try defaultCatalog(adding: bundles)
    configuration = try RunConfiguration(
      name, folder: folder, at: ConfigPlace(file: file, line: line, column: column),
      catalog: catalog, parts: parts())
  }

  /// Calls a closure at an event; several are called in the order in which they were added.
  public func on(_ event: Event, _ body: @escaping @Sendable (any RunState) throws -> Void) {
    options.hooks.append(
      Hook(event) {
        try body($0)
        return .proceed
      })
  }

  /// Calls a closure at an event, which decides whether the run goes on.
  // A closure of one `if` could be either; it is meant to return nothing.
  @_disfavoredOverload
  public func on(
    _ event: Event, deciding body: @escaping @Sendable (any RunState) throws -> Decision
  ) {
    options.hooks.append(Hook(event, body))
  }

  // MARK: Training

  /// Trains from the beginning, and writes the run's folder unless told otherwise.
  ///
  /// - Throws: ``ConfigurationProblems`` when the configuration is wrong, or does not fit data or model;
  ///   ``RunFailure`` when the run itself fails.
  @discardableResult
  public func fit() throws -> TrainingResult { try train(resuming: nil) }

  /// Goes on with this run from a checkpoint in its folder, to the same bits as if it had not been
  /// interrupted.
  ///
  /// - Parameters:
  ///   - folder: the folder of the earlier run, which must have had the same configuration; epochs may
  ///     be added.
  ///   - checkpoint: which one; the last unless given, or the best if there is no last.
  @discardableResult
  public func resume(_ folder: String, checkpoint: String? = nil) throws -> TrainingResult {
    try train(resuming: (folder, checkpoint))
  }

  private func train(resuming: (folder: String, checkpoint: String?)?) throws -> TrainingResult {
    try configuration.check(catalog)
    let (result, trained) = try Training.train(
      configuration, catalog: catalog, defaults: defaults, options: options, resuming: resuming)
    self.trained = trained
    return result
  }

  /// What the run would do: layers, kernels, memory, and who is called when.
  public func plan() throws -> PlanReport {
    try configuration.check(catalog)
    return try PlanReport(
      configuration, catalog: catalog, defaults: defaults, hooks: options.hooks)
  }

  private var defaults: HostDefaults {
    var defaults = HostDefaults.standard
    if !showsProgress { defaults.callbacks.removeAll { $0 is ProgressDisplay } }
    return defaults
  }
}
