import EspalierProtocols

/// The built-in callbacks.
package let callbacks = PluginBundle("callbacks") {
  ProgressDisplay.self
  EarlyStopping.self
  Checkpoint.self
  JSONLog.self
  CSVLog.self
  TensorBoard.self
  GradientClipping.self
  Flooding.self
  NaNGuard.self
  AdversarialTraining.self
  GradientAccumulation.self
  WeightNoise.self
  GradientNoise.self
  TimeLimit.self
  LRMonitor.self
  LearningRateFinder.self
  MixedPrecision.self
  GradientFlow.self
  UpdateRatio.self
  EMA.self
  SWA.self
  Freeze.self
  Unfreeze.self
}
