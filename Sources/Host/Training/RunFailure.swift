import EspalierProtocols

/// A run that could not go on; its state was saved where there was anything to save.
public struct RunFailure: Error, CustomStringConvertible, Sendable {
  /// What went wrong, in words for the user.
  public let message: String
  /// The run's folder, if it has one.
  public let folder: String?
  /// The same with its place in the config, where a part of the config is to blame.
  public let diagnostic: Diagnostic?
  /// The checkpoint in the folder that holds the state at the failure.
  public let checkpoint: String?

  public init(_ message: String, folder: String? = nil) {
    self.message = message
    self.folder = folder
    diagnostic = nil
    checkpoint = nil
  }

  /// An error in the midst of a run, with the place of the plugin that threw it.
  init(
    _ error: any Error, _ configuration: RunConfiguration, folder: String?,
    checkpoint: String? = nil
  ) {
    message = "\(error)"
    self.folder = folder
    self.checkpoint = checkpoint
    guard let failure = error as? CallbackFailure, let path = failure.path else {
      diagnostic = (error as? ConfigurationProblems)?.diagnostics.first
      return
    }
    let problem = failure.error as? PluginError
    let full = path + (problem?.parameter.map { ".\(failure.name).\($0)" } ?? "")
    diagnostic = configuration.diagnostic(
      .pluginFailed,
      "\(failure.name) failed at \(failure.event.rawValue): \(problem?.message ?? "\(failure.error)")",
      atPath: full, label: problem?.remedy)
  }

  public var description: String { message }
}
