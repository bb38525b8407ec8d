import EspalierProtocols

/// Numbers that a regularizer keeps for a parameter from step to step, and in checkpoints.
struct PenaltyMemory {
  private let variable: Variable
  private let recorder: Recorder

  /// - Parameter initial: what the numbers are before the first step.
  /// - Returns: `nil` for a tensor that is no parameter, which nothing can be kept for.
  init?(_ regularizer: String, of parameter: Tensor, _ shape: Shape, initial: Float) {
    recorder = parameter.recorder
    guard let name = parameter.variable?.name,
      let variable = try? recorder.variables.declare(
        regularizer + "." + name, shape, role: .optimizer, initial: .constant(initial))
    else { return nil }
    self.variable = variable
  }

  /// The numbers at the beginning of the step.
  var value: Tensor { recorder.value(of: variable) }

  func set(_ value: Tensor) { recorder.assign(variable, value.withoutGradient()) }
}

/// How a parameter is cut into groups.
///
/// A matrix is [units, inputs], filters are [units, inputs, rows, columns].
public enum WeightGroups: String, Choice {
  /// All weights of one unit: a row, or a filter.
  case units
  /// All weights of one input: a column, or a channel in all filters.
  case inputs
}
