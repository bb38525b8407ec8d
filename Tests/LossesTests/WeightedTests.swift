import EspalierConformance
import EspalierLosses
import EspalierProtocols
import EspalierReferences
import Testing

@Suite struct WeightedTests {
  /// A classifier's scores and two values side by side, and their targets.
  private func joined(
    _ reference: OracleCase, _ tensors: [String: Tensor]
  ) -> (output: Tensor, target: Tensor) {
    let labels = tensors["labels"]!
    let column = labels.reshaped(to: [labels.shape[0], 1])
    return (
      Tensor.concatenate([tensors["logits"]!, tensors["pred"]!], axis: 1),
      Tensor.concatenate([column, tensors["target"]!], axis: 1)
    )
  }

  private func check(_ name: String, _ make: (OracleCase) -> Weighted) throws {
    let cases = try Oracle.cases("losses/multi_loss", named: [name])
    #expect(!cases.isEmpty)
    for reference in cases {
      let loss = make(reference)
      try loss.validate()
      let differences = try reference.differences(
        variables: reference.parameters.isEmpty ? [:] : ["log_var": "loss.log_variance"],
        precision: .doubleWithSingleConstants,
        skipping: ["gradients.labels", "gradients.target"]
      ) { recorder, tensors in
        let (output, target) = joined(reference, tensors)
        let context = LossContext(isTraining: true, scope: Scope(recorder).inner("loss"))
        return ["total": try loss(output, target, context)]
      }
      #expect(differences == [], "\(reference.id)")
    }
  }

  @Test func fixedWeights() throws {
    try check("weighted_sum") { reference in
      Weighted(
        [CrossEntropy(), MeanSquaredError()],
        weights: reference.params["weights"]!.list!.map { Float($0.number!) }, outputs: [3, 2],
        targets: [1, 2])
    }
  }

  @Test func uncertainties() throws {
    try check("uncertainty_weighting") { _ in
      Weighted(
        [CrossEntropy(), MeanSquaredError()], balance: .uncertainty, outputs: [3, 2],
        targets: [1, 2])
    }
  }

  @Test func balancedByGradientsAndMagnitudes() throws {
    let reference = try Oracle.cases("losses/multi_loss", named: ["balance"])[0]
    let weight = reference.parameters["weight"]!
    func loss(_ balance: Weighted.Balance) throws -> (value: Double, gradient: [Double]) {
      let found = try Evaluation.run(
        inputs: reference.inputs.merging(["weight": weight]) { a, _ in a }
      ) { recorder, tensors in
        let w = tensors["weight"]!
        let h = matmul(tensors["x"]!, w, transposeB: true)
        let first = h.slice(axis: 1, 0..<1)
        let sum = first + h.slice(axis: 1, 1..<2)
        let n = h.shape[0]
        var context = LossContext(isTraining: true)
        context.modelParameters = [("dense_1.weight", w)]
        let value = try Weighted(
          [MeanSquaredError(), BinaryCrossEntropy()], balance: balance, outputs: [1, 1],
          targets: [1, 1], shared: ["dense_*"])(
            Tensor.concatenate([first, sum], axis: 1),
            Tensor.concatenate(
              [tensors["y1"]!.reshaped(to: [n, 1]), tensors["y2"]!.reshaped(to: [n, 1])], axis: 1),
            context)
        return ["value": value, "gradient": value.gradients(for: [w])[0]]
      }
      return (found["value"]!.values[0], found["gradient"]!.values)
    }
    let byGradient = try loss(.gradientNorm)
    let expected = reference.outputs["total_gradient_balanced"]!.values[0]
    #expect(abs(byGradient.value - expected) < 1e-6)
    let gradient = reference.gradients["weight"]!.values
    for (found, expected) in zip(byGradient.gradient, gradient) {
      #expect(abs(found - expected) < 1e-6)
    }
    // Every part is as large as the others: their sum is T² / Σ (1/L).
    let losses = reference.outputs["losses"]!.values
    let weights = reference.outputs["weights_by_magnitude"]!.values
    let byMagnitude = zip(losses, weights).reduce(0) { $0 + $1.0 * $1.1 }
    #expect(abs(try loss(.magnitude).value - byMagnitude) < 1e-6)
  }

  @Test func plainInEvaluation() throws {
    let output = Evaluation.Array([2, 3], [1, 2, 0.5, -1, 0.25, 2])
    let target = Evaluation.Array([2, 2], [1, 1, 0, 0])
    for balance in Weighted.Balance.allCases {
      let loss = Weighted(
        [CrossEntropy(), MeanSquaredError()], weights: [2, 0.5], balance: balance,
        outputs: [2, 1], targets: [1, 1])
      let found = try evaluate(loss, output, target, training: false)
      let first = try evaluate(
        CrossEntropy(), .init([2, 2], [1, 2, -1, 0.25]), .init([2], [1, 0]), training: false)
      let second = try evaluate(
        MeanSquaredError(), .init([2, 1], [0.5, 2]), .init([2, 1], [1, 0]), training: false)
      #expect(abs(found - (2 * first + 0.5 * second)) < 1e-6)
    }
  }

  @Test func predictionsOfTheHeadsAreJoined() throws {
    let loss = Weighted([CrossEntropy(), MeanSquaredError()], outputs: [2, 1], targets: [1, 1])
    let found = try Evaluation.run(inputs: ["y": .init([1, 3], [0, 0, 7])]) { _, tensors in
      ["p": loss.prediction(from: tensors["y"]!)]
    }["p"]!
    #expect(found.values == [0.5, 0.5, 7])
    #expect(loss.outputs(for: .values(["a", "b"])) == 3)
    #expect(Weighted([CrossEntropy()]).outputs(for: .classes(["a", "b"])) == 2)
  }

  @Test func mistakes() throws {
    #expect(throws: PluginError.self) { try Weighted([]).validate() }
    #expect(throws: PluginError.self) { try Weighted([Hinge()], weights: [1, 2]).validate() }
    #expect(throws: PluginError.self) { try Weighted([Hinge()], shared: ["dense_1"]).validate() }
    try Weighted([Hinge()], balance: .gradientNorm, shared: ["dense_1"]).validate()
    let output = Evaluation.Array.uneven([2, 3])
    #expect(throws: (any Error).self) {
      _ = try evaluate(
        Weighted([Hinge()], outputs: [2]), output, .init([2], [0, 1]))
    }
    #expect(throws: (any Error).self) {
      _ = try evaluate(
        Weighted([CrossEntropy()], balance: .gradientNorm, shared: ["nothing"]), output,
        .init([2], [0, 1]))
    }
  }

  /// (1 + 4) / 2 of a list of two values, seen as one column.
  @Test func aListOfTargetsIsAColumn() throws {
    let found = try evaluate(
      Weighted([MeanSquaredError()], outputs: [1], targets: [1]), .init([2, 1], [1, 5]),
      .init([2], [2, 3]))
    #expect(abs(found - 2.5) < 1e-9)
  }
}
