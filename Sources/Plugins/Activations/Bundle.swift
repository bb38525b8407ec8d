import EspalierProtocols

/// The built-in activations.
package let activations = PluginBundle("activations") {
  Identity.self
  Sigmoid.self
  Tanh.self
  ReLU.self
  LeakyReLU.self
  PReLU.self
  GELU.self
  Softmax.self
  LogSigmoid.self
  LogSoftmax.self
  ELU.self
  Expression.self
  SELU.self
  CELU.self
  SiLU.self
  Mish.self
  Softplus.self
  Softsign.self
  HardSigmoid.self
  HardSwish.self
  HardTanh.self
  Maxout.self
  GLU.self
  ReLU6.self
}
