import EspalierHost
import EspalierProtocols

/// A run of a config, from a program.
///
/// ```swift
/// let run = try Run(config: "digits.yaml")
/// run.on(.epochEnd) { state in print(state.epoch, state.metrics["validation_loss"] ?? .nan) }
/// let result = try run.fit()
/// ```
public final class Run {
  /// What the config says, every default filled.
  public let configuration: RunConfiguration
  /// How to run it: folder, threads.
  public var options = TrainingOptions()
  private let catalog: Catalog

  /// - Parameters:
  ///   - path: the config file.
  ///   - sets: changes of values, as for `--set`: `training.epochs=20`.
  ///   - bundles: plugins of the program, beside the built-in ones.
  /// - Throws: ``ConfigurationProblems`` with all that is wrong; ``PluginError`` when two bundles share
  ///   a name.
  public init(config path: String, sets: [String] = [], adding bundles: [PluginBundle] = []) throws
  {
    catalog = try defaultCatalog(adding: bundles)
    configuration = try ConfigurationLoader.load(path: path, catalog: catalog, sets: sets)
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
  public func on(
    _ event: Event, deciding body: @escaping @Sendable (any RunState) throws -> Decision
  ) {
    options.hooks.append(Hook(event, body))
  }

  /// Trains and writes the run's folder.
  public func fit() throws -> TrainingResult {
    try Training.run(
      configuration, catalog: catalog, defaults: .standard, options: options)
  }
}
