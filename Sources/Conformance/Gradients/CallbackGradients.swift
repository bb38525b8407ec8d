import EspalierProtocols

/// Checks what a callback records into the step: the loss that it transforms is differentiated right,
/// and its loss, batch and gradients come out the same on the processor as by the reference
/// interpreter.
///
/// One that records nothing passes; ``checkDeterminism(of:)`` runs it.
///
/// - Throws: ``ConformanceFailure`` for the first number that differs.
public func checkGradients(of callback: some Callback) throws {
  try validated(callback)
  let inputs: [String: Evaluation.Array] = [
    "x": .uneven([4, 3]), "target": .uneven([4], number: 2), "step": .init([], [3]),
    "rate": .init([], [0.1]),
  ]
  try checking(callback.pluginName) {
    try Evaluation.checkRecording(
      inputs: inputs, constants: ["target", "step", "rate"]
    ) { recorder, tensors in
      try RecordedModel(recorder, tensors, callback).loss
    }
    try Evaluation.checkBackends(
      inputs: inputs, relative: 1e-4, absolute: 2e-5, scaled: true
    ) { recorder, tensors in
      try RecordedModel(recorder, tensors, callback).gradients()
    }
  }
}

/// A linear model with squared errors, of which a callback transforms batch, loss and gradients.
private struct RecordedModel {
  let recorder: Recorder
  let callback: any Callback
  let loss: Tensor
  private let context: StepContext

  init(_ recorder: Recorder, _ tensors: [String: Tensor], _ callback: any Callback) throws {
    self.recorder = recorder
    self.callback = callback
    let scope = Scope(recorder)
    let weight = scope.parameter(
      "weight", [3, 1], initial: .drawn(VarianceScaling(), fanIn: 3, fanOut: 1))
    let bias = scope.parameter("bias", [1], role: .bias, initial: .constant(0.3))
    func output(_ x: Tensor) -> Tensor { (matmul(x, weight) + bias).reshaped(to: [x.shape[0]]) }
    var batch = RecordedBatch(
      features: tensors["x"]!, target: tensors["target"]!, step: tensors["step"]!)
    recorder.within(callback.pluginName) { callback.transform(batch: &batch) }
    let (x, target) = (batch.features, batch.target)
    let y = output(x)
    let context = StepContext(
      output: y, features: x, target: target, step: tensors["step"]!, rate: tensors["rate"]!,
      lossForInputs: { square(output($0) - target).mean() })
    self.context = context
    loss = recorder.within(callback.pluginName) {
      callback.transform(loss: square(y - target).mean(), context)
    }
    guard loss.shape.count == 1 else {
      throw ConformanceFailure(
        callback.pluginName, "the loss becomes \(loss.shape), a single number is expected")
    }
  }

  /// The loss's gradients for the parameters, as the callback leaves them.
  func gradients() throws -> [String: Tensor] {
    let learned = recorder.variables.learned
    let found = loss.gradients(for: learned.map { recorder.value(of: $0) })
    let offsets = [0, 16]
    var gradients = Gradients(groups: [
      .init(
        flat: .pack(found, offsets: offsets, count: 32), members: learned, offsets: offsets)
    ])
    let names = gradients.names
    recorder.within(callback.pluginName) { callback.transform(gradients: &gradients, context) }
    guard gradients.names == names else {
      throw ConformanceFailure(
        callback.pluginName, "leaves gradients of \(gradients.names), they were of \(names)")
    }
    var results = ["the loss": loss]
    for name in names { results["gradient of " + name] = gradients[name]! }
    return results
  }
}
