import EspalierConformance
import EspalierLosses
import EspalierProtocols
import EspalierReferences
import Testing

@Suite struct BinaryCrossEntropyTests {
  // Skipped: a weight for each element, and losses of probabilities: the output comes before the
  // sigmoid here, which is the stable way.
  @Test func agreesWithReference() throws {
    try checkCases("binary_cross_entropy", named: ["bce_with_logits"], output: "logits") {
      reference in
      guard reference.inputs["weight"] == nil else { return nil }
      guard let weights = reference.inputs["pos_weight"] else { return BinaryCrossEntropy() }
      return BinaryCrossEntropy(positiveWeight: weights.values.map { Float($0) })
    }
  }

  // The reference's elements far from zero, each as a batch of its own.
  @Test func isExactFarFromZero() throws {
    for reference in try Oracle.cases("losses/binary_cross_entropy", named: ["bce_with_logits"])
    where reference.tags.contains("edge") {
      let logits = reference.inputs["logits"]!.values
      let target = reference.inputs["target"]!.values
      for (place, expected) in reference.outputs["y"]!.values.enumerated() {
        let found = try evaluate(
          BinaryCrossEntropy(), .init([1], [logits[place]]), .init([1], [target[place]]))
        #expect(abs(found - expected) <= reference.allowance(expected), "\(logits[place])")
      }
    }
  }

  @Test func gradientIsTheSlope() throws {
    let target = Evaluation.Array([3, 2], [1, 0, 0, 1, 0.3, 1])
    try checkSlopes(
      BinaryCrossEntropy(positiveWeight: [3, 0.5]), outputs, target, sampleWeights: [1, 2, 0.5])
  }

  @Test func gradientOfUndecidedOutputsIsAHalf() throws {
    let result = try Evaluation.run(
      inputs: ["x": .init([2, 1], [0, 0]), "t": .init([2], [0, 1])]
    ) {
      let loss = try BinaryCrossEntropy()($1["x"]!, $1["t"]!, LossContext(isTraining: true))
      return ["dx": loss.gradients(for: [$1["x"]!])[0]]
    }
    #expect(result["dx"]!.values == [0.25, -0.25])
  }

  @Test func classNumbersChooseAnOutput() throws {
    let numbered = try evaluate(BinaryCrossEntropy(), outputs, .init([3], [1, 0, 1]))
    let spelled = try evaluate(
      BinaryCrossEntropy(), outputs, .init([3, 2], [0, 1, 1, 0, 0, 1]))
    #expect(numbered == spelled)
  }

  @Test func evaluationIsPlain() throws {
    let target = Evaluation.Array([3, 2], [1, 0, 0, 1, 0, 1])
    let weighted = BinaryCrossEntropy(positiveWeight: [3])
    let plain = try evaluate(BinaryCrossEntropy(), outputs, target)
    #expect(try evaluate(weighted, outputs, target, training: false) == plain)
    #expect(try evaluate(weighted, outputs, target) != plain)
  }

  @Test func outputsFollowTheTarget() {
    #expect(BinaryCrossEntropy().outputs(for: .classes(["no", "yes"])) == 1)
    #expect(BinaryCrossEntropy().outputs(for: .classes(["a", "b", "c"])) == 3)
    #expect(BinaryCrossEntropy().outputs(for: .values(["a", "b"])) == 2)
  }
}
