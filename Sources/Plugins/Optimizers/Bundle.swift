import EspalierProtocols

/// The built-in optimizers.
package let optimizers = PluginBundle("optimizers") {
  SGD.self
  Adam.self
  AdamW.self
  RMSProp.self
  Adagrad.self
  Adamax.self
  NAdam.self
  RAdam.self
  Adadelta.self
  Lion.self
  ProximalSGD.self
  Rprop.self
  LAMB.self
  Muon.self
  SAM.self
  Lookahead.self
  LBFGS.self
  Newton.self
  Only.self
  ParameterGroups.self
}
