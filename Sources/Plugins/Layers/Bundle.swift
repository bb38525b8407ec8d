import EspalierProtocols

/// The built-in layers.
package let layers = PluginBundle("layers") {
  Dense.self
  Conv2D.self
  MaxPool.self
  AveragePool.self
  GlobalAveragePool.self
  GlobalMaxPool.self
  Flatten.self
  Reshape.self
  Dropout.self
  BatchNorm.self
  LayerNorm.self
  Residual.self
}
