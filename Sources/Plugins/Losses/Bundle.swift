import EspalierProtocols

/// The built-in losses.
package let losses = PluginBundle("losses") {
  CrossEntropy.self
  BinaryCrossEntropy.self
  Focal.self
  Hinge.self
  KLDivergence.self
  MeanSquaredError.self
  MeanAbsoluteError.self
  Huber.self
  SmoothL1.self
  Quantile.self
  Poisson.self
  Cosine.self
  NegativeLogLikelihood.self
  Triplet.self
  CTC.self
  Weighted.self
}
