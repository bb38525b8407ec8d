import EspalierProtocols

/// The built-in balancers.
package let balancers = PluginBundle("balancers") {
  Bootstrap.self
  ClassBalance.self
  CovariateShift.self
  LabelShift.self
  Oversample.self
  SampleWeights.self
  Undersample.self
}
