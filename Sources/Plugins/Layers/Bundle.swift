import EspalierProtocols

/// The built-in layers.
package let layers = PluginBundle("layers") {
  Attention.self
  AveragePool.self
  BatchNorm.self
  Bidirectional.self
  Conv1D.self
  Conv2D.self
  Dense.self
  DropConnect.self
  Dropout.self
  Embedding.self
  Flatten.self
  GaussianNoise.self
  GlobalAveragePool.self
  GlobalMaxPool.self
  GroupNorm.self
  GRU.self
  InstanceNorm.self
  LayerNorm.self
  LSTM.self
  MaxPool.self
  Parallel.self
  Permute.self
  PositionalEncoding.self
  Repeat.self
  Reshape.self
  Residual.self
  RMSNorm.self
  RNN.self
  Sequential.self
  TransformerBlock.self
  TransposedConv2D.self
  Upsample.self
}
