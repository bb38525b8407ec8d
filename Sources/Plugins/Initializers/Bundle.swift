import EspalierProtocols

/// The built-in initializers.
package let initializers = PluginBundle("initializers") {
  Zeros.self
  Constant.self
  Normal.self
  Uniform.self
  TruncatedNormal.self
  XavierNormal.self
  XavierUniform.self
  HeNormal.self
  HeUniform.self
  LeCunNormal.self
  LeCunUniform.self
  Orthogonal.self
  Sparse.self
  IdentityMatrix.self
  Dirac.self
  Pretrained.self
}
