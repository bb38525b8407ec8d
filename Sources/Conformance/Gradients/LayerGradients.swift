import EspalierProtocols

/// Checks a layer's gradients for its input and its parameters, in training and in evaluation: against
/// finite differences in double precision, and on the processor against the reference interpreter.
///
/// - Parameters:
///   - shapes: of the batches that are tried, all of which it must accept; unless given, a table and
///     images, of which it must accept one.
///   - range: where the input's numbers lie.
///   - kinks: where the layer has no gradient; whole and half numbers are avoided anyway.
/// - Throws: ``ConformanceFailure`` for the first number that differs.
public func checkGradients(
  of layer: some Layer, shapes: [Shape]? = nil, in range: ClosedRange<Double> = -3...3,
  avoiding kinks: [Double] = []
) throws {
  try validated(layer)
  let usual: [Shape] = [[4, 6], [2, 2, 4, 4]]
  let taken =
    try shapes ?? accepted(usual, by: layer.pluginName) { _ = try shape(of: layer, on: $0) }
  for shape in taken {
    let input = Evaluation.Array.uneven(shape, in: range, avoiding: kinks)
    for training in [true, false] {
      try checking(layer.pluginName, place(shape, training)) {
        try Evaluation.checkRecording(inputs: ["x": input], training: training) {
          try Scope($0).apply([layer], to: $1["x"]!)
        }
      }
    }
  }
}

/// The shape of what a layer makes of a batch.
/// - Throws: its complaint about the batch.
func shape(of layer: any Layer, on shape: Shape) throws -> Shape {
  let recorder = Recorder()
  let y = try Scope(recorder).apply([layer], to: recorder.input("x", shape))
  _ = try recorder.finish()
  return y.shape
}
