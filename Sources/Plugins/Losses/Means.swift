import EspalierProtocols

extension LossContext {
  /// The mean over samples of their losses [n]: Σ s·l / Σ s with the samples' weights s.
  ///
  /// - Parameter weights: further weights of the samples, which are in the losses already.
  func mean(_ losses: Tensor, weights: Tensor? = nil) -> Tensor {
    guard let sampleWeights else {
      return weights.map { losses.sum() / $0.sum() } ?? losses.mean()
    }
    let total = weights.map { $0 * sampleWeights } ?? sampleWeights
    // A batch of samples that all count nothing has no loss.
    return (losses * sampleWeights).sum() / maximum(total.sum(), Float.leastNormalMagnitude)
  }
}

extension Tensor {
  /// The mean of all numbers of each sample: [n, …] → [n].
  var meanOfEachSample: Tensor { rank > 1 ? mean(Array(1..<rank)) : self }

  /// A target in the shape of an output: values [n] beside an output [n, 1], say.
  func aligned(with output: Tensor, for loss: String) throws(PluginError) -> Tensor {
    guard shape != output.shape else { return self }
    guard shape.count == output.shape.count, rank > 0, shape[0] == output.shape[0] else {
      throw PluginError(
        "\(loss) compares an output \(output.shape) with targets \(shape): the model's last layer "
          + "needs as many outputs as there are values to predict")
    }
    return reshaped(to: output.shape)
  }
}

/// How many outputs a loss over values needs.
func valuesToPredict(_ target: TargetDescription) -> Int? {
  if case .values(let names) = target { names.count } else { nil }
}
