import EspalierProtocols

/// The built-in regularizers.
package let regularizers = PluginBundle("regularizers") {
  L1.self
  L2.self
  ElasticNet.self
  SmoothL1Penalty.self
  GroupLasso.self
  AdaptiveLasso.self
  OrthogonalPenalty.self
  SpectralNorm.self
}
