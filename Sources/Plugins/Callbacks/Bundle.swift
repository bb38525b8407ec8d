import EspalierProtocols

/// The built-in callbacks.
public let callbacks = PluginBundle("callbacks") {
  ProgressDisplay.self
  EarlyStopping.self
  Checkpoint.self
  JSONLog.self
  CSVLog.self
  GradientClipping.self
  Flooding.self
  NaNGuard.self
}
