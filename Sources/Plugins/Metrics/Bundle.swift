import EspalierProtocols

/// The built-in metrics.
package let metrics = PluginBundle("metrics") {
  Accuracy.self
  BalancedAccuracy.self
  CalibrationError.self
  ConfusionMatrix.self
  Precision.self
  Recall.self
  F1.self
  ROCAUC.self
  PRAUC.self
  TopK.self
  LogLoss.self
  CohenKappa.self
  MCC.self
  MSE.self
  RMSE.self
  MAE.self
  MAPE.self
  R2.self
  ExplainedVariance.self
  LabelErrorRate.self
  OfHead.self
}
