import EspalierProtocols

/// The built-in regularizers.
package let regularizers = PluginBundle("regularizers") {
  ActivityL1.self
  ActivityL2.self
  AdaptiveLasso.self
  ElasticNet.self
  GroupLasso.self
  L1.self
  L2.self
  MaxNorm.self
  OrthogonalPenalty.self
  SmoothL1Penalty.self
  SpectralNorm.self
}
