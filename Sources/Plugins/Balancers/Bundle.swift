import EspalierProtocols

/// The built-in balancers.
package let balancers = PluginBundle("balancers") {
  ClassBalance.self
  Oversample.self
  Undersample.self
  CovariateShift.self
  LabelShift.self
}
