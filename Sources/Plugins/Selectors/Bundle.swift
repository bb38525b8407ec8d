import EspalierProtocols

/// The built-in selectors.
package let selectors = PluginBundle("selectors") {
  ColumnSelection.self
}
