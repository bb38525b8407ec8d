import Espalier

/// All plugins of this package.
public let plugins = PluginBundle("acme") {
  BoldDriver.self
  Brier.self
  ChiSquare.self
  CosineDense.self
  EffectiveNumber.self
  HoyerSquare.self
  LatinHypercube.self
  LogCosh.self
  LossSpikeGuard.self
  RandomProjection.self
  Reversed.self
  Snake.self
  Sparsemax.self
  SVMLight.self
  TimeShift.self
  Winsorize.self
  YeoJohnson.self
  Yogi.self
  ZerO.self
}
