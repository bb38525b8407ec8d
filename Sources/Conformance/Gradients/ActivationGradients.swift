import EspalierProtocols

/// Checks an activation's gradients, in training and in evaluation: against finite differences in
/// double precision, and on the processor against the reference interpreter.
///
/// - Parameters:
///   - shapes: of the inputs that are tried.
///   - range: where their numbers lie.
///   - kinks: where the function has no gradient; whole and half numbers are avoided anyway.
/// - Throws: ``ConformanceFailure`` for the first number that differs.
public func checkGradients(
  of activation: some Activation, shapes: [Shape] = [[3, 12], [2, 4, 3, 2], [1, 2]],
  in range: ClosedRange<Double> = -3...3, avoiding kinks: [Double] = []
) throws {
  try checkGradients(
    of: activation, at: shapes.map { .uneven($0, in: range, avoiding: kinks) })
}

/// Checks an activation's gradients at inputs of your choice.
///
/// - Throws: ``ConformanceFailure`` for the first number that differs.
public func checkGradients(of activation: some Activation, at inputs: [Evaluation.Array]) throws {
  try validated(activation)
  for input in inputs {
    for training in [true, false] {
      try checking(activation.pluginName, place(input.shape, training)) {
        try Evaluation.checkRecording(inputs: ["x": input], training: training) {
          Scope($0).activate($1["x"]!, activation)
        }
      }
    }
  }
}

/// Where a check stood, in words.
func place(_ shape: Shape, _ training: Bool) -> String {
  "for x \(shape) in \(training ? "training" : "evaluation")"
}

/// A plugin that its own `validate` refuses cannot be checked further.
func validated(_ plugin: some Plugin) throws {
  try checking(plugin.pluginName) { try plugin.validate() }
}
