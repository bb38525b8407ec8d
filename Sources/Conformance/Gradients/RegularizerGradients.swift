import EspalierProtocols

/// Checks a regularizer's gradients: against finite differences in double precision, and on the
/// processor against the reference interpreter.
///
/// - Parameters:
///   - shapes: of the parameters that are tried.
///   - kinks: where the penalty has no gradient; whole and half numbers are avoided anyway.
/// - Throws: ``ConformanceFailure`` for the first number that differs, or a penalty that is no single
///   number.
public func checkGradients(
  of regularizer: some Regularizer, shapes: [Shape] = [[7], [3, 4], [2, 3, 2, 2]],
  in range: ClosedRange<Double> = -2...2, avoiding kinks: [Double] = []
) throws {
  try validated(regularizer)
  let name = regularizer.pluginName
  for shape in shapes {
    try checking(name, "for a \(regularizer.penalizesActivities ? "result" : "parameter") \(shape)")
    {
      let inputs = ["w": Evaluation.Array.uneven(shape, in: range, avoiding: kinks)]
      try Evaluation.checkRecording(inputs: inputs) { _, tensors in
        let penalty =
          regularizer.penalizesActivities
          ? regularizer.penalty(activity: tensors["w"]!) : regularizer.penalty(tensors["w"]!)
        guard penalty.shape.count == 1 else {
          throw ConformanceFailure(
            name, "the penalty is \(penalty.shape), a single number is expected")
        }
        return penalty
      }
    }
  }
}
