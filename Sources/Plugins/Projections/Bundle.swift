import EspalierProtocols

/// The built-in projections.
package let projections = PluginBundle("projections") {
  PCA.self
  PCAWhitening.self
  ZCAWhitening.self
}
