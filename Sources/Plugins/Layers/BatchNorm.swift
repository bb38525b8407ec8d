import EspalierProtocols

/// y = act(γ · (x − mean) / √(variance + ε) + β), over the batch for each feature [n, c] or channel
/// [n, c, …].
///
/// In training mean and variance (divided by the count) are the batch's, and running averages move:
/// running ← (1 − momentum) · running + momentum · batch, with the variance divided by the count
/// less one. Otherwise the running averages take their place. Parameters: `weight` γ and `bias` β;
/// statistics: `running_mean` and `running_var`; all [c].
///
/// With `statistics: exact` the mean over all batches of the training samples takes the place of running
/// averages: of the batches' means, and of their variances divided by the count less one. It is measured
/// before each validation and for the weights that the run ends with, in a forward pass over the training
/// samples, each once, without augmentation and with layers such as dropout as in evaluation. A rest of
/// one sample takes no part. If one layer asks for it, the statistics of all layers are measured so.
public struct BatchNorm: Layer {
  public static let manifest = Manifest(
    "batch_norm", "γ·(x − mean)/√(variance + epsilon) + β, with the batch's statistics",
    paper: "Ioffe and Szegedy, 2015")

  /// Where mean and variance come from outside of training.
  public enum Statistics: String, Choice { case running, exact }

  @Parameter("weight of the new batch in the running averages", in: 0...1)
  public var momentum: Float = 0.1
  @Parameter("added to the variance", in: Bounds.positive) public var epsilon: Float = 1e-5
  @Parameter("whether scale and shift are learned") public var affine = true
  @Parameter("averages that move while training, or exact ones over the training samples")
  public var statistics: Statistics = .running
  @Component("applied to the output") public var activation: (any Activation)?

  public init() {}
  public init(
    momentum: Float = 0.1, epsilon: Float = 1e-5, affine: Bool = true,
    statistics: Statistics = .running, activation: (any Activation)? = nil
  ) {
    self.momentum = momentum
    self.epsilon = epsilon
    self.affine = affine
    self.statistics = statistics
    self.activation = activation
  }

  public func callAsFunction(_ x: Tensor, in scope: Scope) throws -> Tensor {
    guard x.rank >= 2 else {
      throw PluginError("batch_norm takes [n×features] or [n×channels×…], not \(x.shape)")
    }
    let channels = x.shape[1]
    // [c] beside [n, c, …]
    let aligned = Shape([channels] + [Int](repeating: 1, count: x.rank - 2))
    let runningMean = scope.statistic("running_mean", [channels], initial: 0)
    let runningVariance = scope.statistic("running_var", [channels], initial: 1)
    if statistics == .exact { scope.wantExactStatistics() }
    var y: Tensor
    if scope.isTraining || scope.isCollecting {
      let count = x.shape.count / max(channels, 1)
      guard count > 1 else {
        throw PluginError(
          "batch_norm in training needs more than one value a "
            + (x.rank == 2 ? "feature" : "channel")
            + ": with a batch of \(x.shape) every value is its own mean and becomes 0. "
            + "Use a larger batch, drop the ragged last one, or use layer_norm")
      }
      let axes = [0] + Array(2..<x.rank)
      let mean = x.mean(axes, keepingAxes: true)
      let centered = x - mean
      let variance = square(centered).mean(axes, keepingAxes: true)
      y = centered * (1 / sqrt(variance + epsilon))
      let unbiased = variance.reshaped(to: [channels]) * (Float(count) / Float(count - 1))
      if scope.isCollecting {
        scope.collect("running_mean", mean.reshaped(to: [channels]))
        scope.collect("running_var", unbiased)
      } else {
        scope.update(
          "running_mean",
          to: (1 - momentum) * runningMean + momentum * mean.reshaped(to: [channels]))
        scope.update("running_var", to: (1 - momentum) * runningVariance + momentum * unbiased)
      }
    } else {
      y =
        (x - runningMean.reshaped(to: aligned))
        * (1 / sqrt(runningVariance + epsilon)).reshaped(to: aligned)
    }
    if affine {
      y *= scope.parameter("weight", [channels], role: .scale, initial: .constant(1))
        .reshaped(to: aligned)
      y += scope.parameter("bias", [channels], role: .bias, initial: .constant(0))
        .reshaped(to: aligned)
    }
    return scope.activate(y, activation)
  }
}
