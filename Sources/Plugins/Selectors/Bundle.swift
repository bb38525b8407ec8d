import EspalierProtocols

/// The built-in selectors.
package let selectors = PluginBundle("selectors") {
  ColumnSelection.self
  CorrelationFilter.self
  KBest.self
  L1Selection.self
  VarianceThreshold.self
}
