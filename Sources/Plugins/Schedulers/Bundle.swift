import EspalierProtocols

/// The built-in schedulers.
package let schedulers = PluginBundle("schedulers") {
  ConstantRate.self
  StepDecay.self
  MultiStepDecay.self
  ExponentialDecay.self
  InverseTimeDecay.self
  InverseSquareRoot.self
  LinearDecay.self
  CosineDecay.self
  CosineRestarts.self
  PolynomialDecay.self
  OneCycle.self
  CyclicRate.self
  Warmup.self
  Plateau.self
  ScheduleSequence.self
  ScheduleChain.self
  Noam.self
}
