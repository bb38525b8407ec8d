import EspalierProtocols

/// L = mean over samples of 1 − cos(output, target): the direction counts, not the length.
///
/// cos = Σ o·t / (‖o‖·‖t‖) over the numbers of a sample, [n, k…] with k ≥ 2. A vector of zeros has no
/// direction: its cosine is 0.
public struct Cosine: Loss {
  public static let manifest = Manifest(
    "cosine", "1 − Σot/(‖o‖‖t‖), the mean over samples: for directions",
    aliases: ["cosine_similarity"])
  public static let task = LearningTask.regression

  public init() {}

  public func callAsFunction(_ output: Tensor, _ target: Tensor, _ context: LossContext) throws
    -> Tensor
  {
    let target = try target.aligned(with: output, for: "cosine")
    let count = output.shape.count / max(output.shape.dimensions.first ?? 1, 1)
    guard output.rank >= 2, count >= 2 else {
      throw PluginError(
        "cosine compares directions, and a single number has none but its sign: output "
          + "\(output.shape)", remedy: "take a loss for values, such as mean_squared_error")
    }
    let axes = Array(1..<output.rank)
    let cosine = (output * target).sum(axes) / (length(output, axes) * length(target, axes))
    return context.mean(1 - cosine)
  }

  /// ‖x‖, 1e-8 at least, with a slope of zero below.
  private func length(_ x: Tensor, _ axes: [Int]) -> Tensor {
    sqrt(maximum(square(x).sum(axes), 1e-16))
  }

  public func outputs(for target: TargetDescription) -> Int? { valuesToPredict(target) }
}
