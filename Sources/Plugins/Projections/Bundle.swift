import EspalierProtocols

/// The built-in projections.
package let projections = PluginBundle("projections") {
  LDA.self
  PCA.self
  PCAWhitening.self
  ZCAWhitening.self
}
