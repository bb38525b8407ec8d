import EspalierConformance
import EspalierLosses
import EspalierReferences
import Testing

@Suite struct NegativeLogLikelihoodTests {
  @Test func agreesWithTheReference() throws {
    try checkCases("nll", output: "log_probs") { reference in
      // Numbers of targets that do not count are `cross_entropy`'s.
      if reference.params["ignore_index"] != nil { return nil }
      let weights = reference.inputs["class_weight"]?.values
      // A sum of weighted losses is no multiple of their mean.
      if weights != nil, reference.text("reduction") == "sum" { return nil }
      return NegativeLogLikelihood(
        classWeights: weights.map { .list($0.map { Float($0) }) } ?? .none)
    }
  }

  @Test func withLogSoftmaxItIsCrossEntropy() throws {
    let target = Evaluation.Array([3], [1, 0, 1])
    let found = try Evaluation.run(inputs: ["x": outputs, "t": target]) { _, tensors in
      let x = tensors["x"]!.logSoftmax()
      return [
        "y": try NegativeLogLikelihood()(x, tensors["t"]!, .init(isTraining: true)),
        "p": NegativeLogLikelihood().prediction(from: x),
      ]
    }
    #expect(abs(found["y"]!.values[0] - (try evaluate(CrossEntropy(), outputs, target))) < 1e-6)
    #expect(abs(found["p"]!.values[0] + found["p"]!.values[1] - 1) < 1e-6)
  }

  @Test func slopes() throws {
    try checkSlopes(
      NegativeLogLikelihood(classWeights: [1, 3]), outputs, .init([3], [1, 0, 1]),
      sampleWeights: [1, 2, 0.5])
  }
}
