import EspalierProtocols

/// The built-in projections.
public let projections = PluginBundle("projections") {
  PCA.self
  PCAWhitening.self
  ZCAWhitening.self
}
