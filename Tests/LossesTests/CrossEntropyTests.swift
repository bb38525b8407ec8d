import EspalierConformance
import EspalierLosses
import EspalierProtocols
import EspalierReferences
import Testing

@Suite struct CrossEntropyTests {
  // Skipped: reduction "none" and sums of weighted losses (a loss is one number, the mean), and the
  // mean of weighted samples divided by their number (here by the sum of the weights).
  @Test func agreesWithReference() throws {
    try checkCases(
      "cross_entropy", named: ["cross_entropy", "cross_entropy_soft"], output: "logits",
      precision: .doubleWithSingleConstants
    ) { reference in
      let weighted = reference.inputs["class_weight"]
      if reference.text("reduction") == "sum",
        weighted != nil || reference.params["ignore_index"] != nil
      {
        return nil
      }
      return CrossEntropy(
        labelSmoothing: Float(reference.number("label_smoothing") ?? 0),
        classWeights: weighted.map { .list($0.values.map { Float($0) }) } ?? .none,
        ignoreIndex: reference.number("ignore_index").map { Int($0) })
    }
  }

  @Test func sampleWeightsAgreeWithReference() throws {
    try checkCases(
      "cross_entropy", named: ["cross_entropy_sample_weight"], output: "logits"
    ) { $0.text("weighting") == "normalised" ? CrossEntropy() : nil }
  }

  private let target = Evaluation.Array([3], [1, 0, 1])

  @Test func gradientIsTheSlope() throws {
    let loss = CrossEntropy(labelSmoothing: 0.1, classWeights: [0.5, 2])
    try checkSlopes(loss, outputs, target, sampleWeights: [1, 0.5, 3])
  }

  @Test func evaluationIsPlain() throws {
    let loss = CrossEntropy(labelSmoothing: 0.1, classWeights: [0.5, 2])
    let plain = try evaluate(CrossEntropy(), outputs, target)
    #expect(try evaluate(loss, outputs, target, training: false) == plain)
    #expect(try evaluate(loss, outputs, target) != plain)
  }

  @Test func balancedWeightsAreInverseToRows() throws {
    let counts = [30, 10]
    let balanced = try evaluate(
      CrossEntropy(classWeights: .balanced), outputs, target, classCounts: counts)
    let listed = try evaluate(CrossEntropy(classWeights: [40.0 / 60, 40.0 / 20]), outputs, target)
    #expect(abs(balanced - listed) < 1e-6)
  }

  @Test func classesMayStandOnTheLastAxis() throws {
    let reference = try #require(
      try Oracle.cases("losses/cross_entropy").first { $0.inputs["logits"]!.shape.rank == 3 })
    let loss = try Evaluation.run(inputs: reference.inputs) { _, tensors in
      let output = tensors["logits"]!.permuted([0, 2, 1])
      return ["y": try CrossEntropy()(output, tensors["target"]!, LossContext(isTraining: true))]
    }
    #expect(reference.difference("y", loss["y"]!, reference.outputs["y"]!) == nil)
  }

  @Test func imagesHaveTheirClassesOnAxisOne() throws {
    // Two classes at four places, which are rows and columns of one image or samples of a batch.
    let x: [Double] = [1, 2, 3, 4, -1, 0.5, 2, 0]
    let image = try evaluate(
      CrossEntropy(), .init([1, 2, 2, 2], x), .init([1, 2, 2], [0, 1, 1, 0]))
    let rows = try evaluate(
      CrossEntropy(), .init([4, 2], [1, -1, 2, 0.5, 3, 2, 4, 0]), .init([4], [0, 1, 1, 0]))
    #expect(abs(image - rows) < 1e-12)
  }

  @Test func mistakesAreNamed() {
    func message(_ loss: CrossEntropy, _ target: Evaluation.Array) -> String {
      do { return "\(try evaluate(loss, outputs, target))" } catch { return "\(error)" }
    }
    #expect(
      message(CrossEntropy(classWeights: [1, 2, 3]), target).contains("3 class weights for 2"))
    #expect(
      message(CrossEntropy(classWeights: .balanced), target).contains("targets that are classes"))
    #expect(message(CrossEntropy(), .init([2], [0, 1])).contains("not targets [2]"))
  }

  @Test func predictsProbabilities() throws {
    let result = try Evaluation.run(inputs: ["x": outputs]) {
      ["y": CrossEntropy().prediction(from: $1["x"]!).sum([-1])]
    }
    #expect(result["y"]!.values.allSatisfy { abs($0 - 1) < 1e-12 })
  }

  @Test func needsAnOutputAClass() {
    #expect(CrossEntropy().outputs(for: .classes(["a", "b", "c"])) == 3)
    #expect(CrossEntropy().outputs(for: .values(["a"])) == nil)
  }

  /// Scores (0, ln 3) of the first pixel and (1, 1) of the second.
  @Test func predictsProbabilitiesOfPixels() throws {
    let y = try Evaluation.run(inputs: ["x": .init([1, 2, 1, 2], [0, 1, 1.098_612_288_668, 1])]) {
      ["y": CrossEntropy().prediction(from: $1["x"]!)]
    }["y"]!
    #expect(y.shape == [1, 1, 2, 2])
    for (found, expected) in zip(y.values, [0.25, 0.75, 0.5, 0.5]) {
      #expect(abs(found - expected) < 1e-9)
    }
  }

  @Test func learnsSharesOfClasses() {
    #expect(CrossEntropy().takesClassShares && NegativeLogLikelihood().takesClassShares)
    #expect(Weighted([CrossEntropy(), NegativeLogLikelihood()]).takesClassShares)
    #expect(!Weighted([CrossEntropy(), Hinge()]).takesClassShares)
    #expect(!Weighted([CrossEntropy()], outputs: [2], targets: [1]).takesClassShares)
  }
}
