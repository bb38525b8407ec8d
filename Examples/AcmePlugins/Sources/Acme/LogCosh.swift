import Espalier
import Foundation

/// L = mean of log cosh e for errors e: ½e² near zero and |e| − log 2 far away, smooth everywhere.
struct LogCosh: Loss {
  static let manifest = Manifest(
    "log_cosh", "log cosh(output - target), the mean", paper: "Saleh and Saleh, 2022")
  static let task = LearningTask.regression

  func callAsFunction(_ output: Tensor, _ target: Tensor, _ context: LossContext) throws -> Tensor {
    guard output.shape.count == target.shape.count else {
      throw PluginError("the output is \(output.shape), the target \(target.shape)")
    }
    let error = output - target.reshaped(to: output.shape)
    // cosh overflows for errors of 90; this form of it does not.
    return (error + softplus(-2 * error) - Float(log(2.0))).mean()
  }

  func outputs(for target: TargetDescription) -> Int? {
    if case .values(let names) = target { names.count } else { nil }
  }
}
