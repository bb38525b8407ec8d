import EspalierCallbacks
import EspalierConformance
import EspalierProtocols
import EspalierReferences
import Testing

@Suite struct AdversarialTrainingTests {
  private func results(
    _ reference: OracleCase, _ callback: AdversarialTraining
  ) throws -> [String: Evaluation.Array] {
    let parameters = reference.parameters
    return try Evaluation.run(
      inputs: reference.inputs.merging(parameters) { $1 }
    ) { recorder, tensors in
      func loss(_ x: Tensor) -> Tensor {
        func linear(_ x: Tensor, _ name: String) -> Tensor {
          matmul(x, tensors[name + ".weight"]!, transposeB: true) + tensors[name + ".bias"]!
        }
        let output = linear(tanh(linear(x, "fc1")), "fc2")
        return -(output.logSoftmax() * tensors["target"]!.oneHot(3)).sum() / Float(x.shape[0])
      }
      let x = tensors["x"]!
      let context = StepContext(
        output: x, features: x, target: tensors["target"]!, step: recorder.constant(1),
        rate: recorder.constant(0.1), lossForInputs: loss)
      let moved = callback.moved(context)
      return [
        "x_adversarial": moved, "loss": loss(x), "adversarial_loss": loss(moved),
        "input_gradient": loss(x).gradients(for: [x])[0],
      ]
    }
  }

  @Test func followsTheReference() throws {
    for reference in try Oracle.cases("training_aids/adversarial") {
      let steps = reference.number("steps").map { Int($0) }
      let callback = AdversarialTraining(
        epsilon: reference.number("epsilon")!, method: steps == nil ? .fgsm : .pgd,
        steps: steps ?? 1, stepSize: reference.number("step"),
        low: reference.number("clip_low"), high: reference.number("clip_high"))
      let found = try results(reference, callback)
      for (name, expected) in reference.outputs {
        let own = try #require(found[name], "\(reference.id): \(name)")
        let difference = reference.difference(name, own, expected, precision: .single)
        #expect(difference == nil, "\(reference.id): \(difference ?? "")")
      }
    }
  }

  /// Uphill on −(x − 0.1)², from 0.
  private func moved(_ callback: AdversarialTraining) throws -> Double {
    try Evaluation.run(inputs: ["x": .init([1, 1], [0])]) { recorder, tensors in
      let x = tensors["x"]!
      return [
        "y": callback.moved(
          StepContext(
            output: x, features: x, target: x, step: recorder.constant(1),
            rate: recorder.constant(0.1), lossForInputs: { -square($0 - 0.1).sum() }))
      ]
    }["y"]!.values[0]
  }

  @Test func stepsHaveTheirSize() throws {
    // One step, whatever is set for several.
    #expect(abs(try moved(AdversarialTraining(epsilon: 0.25, stepSize: 0.125)) - 0.25) < 1e-6)
    // There and back, by 2.5 · 2 / 5 if nothing is said.
    let several = AdversarialTraining(epsilon: 2, method: .pgd, steps: 5)
    #expect(abs(try moved(several) - 1) < 1e-6)
    let small = AdversarialTraining(epsilon: 1, method: .pgd, steps: 3, stepSize: 0.0625)
    #expect(abs(try moved(small) - 0.0625) < 1e-6)
  }

  @Test func boundsAreInOrder() {
    #expect(throws: PluginError.self) {
      try AdversarialTraining(epsilon: 0.1, low: 1, high: 0).validate()
    }
  }
}
