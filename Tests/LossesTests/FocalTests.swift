import EspalierConformance
import EspalierLosses
import EspalierProtocols
import EspalierReferences
import Testing

@Suite struct FocalTests {
  // Skipped: reduction "none" (a loss is one number, the mean).
  @Test func agreesWithReference() throws {
    try checkCases("focal", named: ["sigmoid_focal"], output: "logits") { reference in
      let alpha = reference.number("alpha")!
      return Focal(
        gamma: Float(reference.number("gamma")!), alpha: alpha < 0 ? nil : Float(alpha),
        multiLabel: true)
    }
    try checkCases(
      "focal", named: ["softmax_focal"], output: "logits", precision: .doubleWithSingleConstants
    ) { reference in
      Focal(
        gamma: Float(reference.number("gamma")!),
        classWeights: reference.inputs["class_weight"].map {
          .list($0.values.map { Float($0) })
        } ?? .none)
    }
  }

  private let target = Evaluation.Array([3], [1, 0, 1])

  @Test func gradientIsTheSlope() throws {
    try checkSlopes(
      Focal(gamma: 1.5, classWeights: [0.5, 2]), outputs, target, sampleWeights: [1, 0.5, 3])
    try checkSlopes(
      Focal(gamma: 0.5, alpha: 0.25, multiLabel: true), outputs,
      .init([3, 2], [0, 1, 1, 1, 0, 0]), sampleWeights: [1, 0.5, 3])
  }

  @Test func withoutGammaItIsCrossEntropy() throws {
    let focal = try evaluate(Focal(gamma: 0), outputs, target)
    #expect(abs(focal - (try evaluate(CrossEntropy(), outputs, target))) < 1e-12)
  }

  @Test func certaintyHasASlope() throws {
    // So sure and right that 1 − p is zero in single precision.
    let result = try Evaluation.runOptimized(
      inputs: ["x": .init([1, 2], [0, 200]), "t": .init([1], [1])]
    ) { _, tensors in
      let x = tensors["x"]!
      let loss = try Focal(gamma: 0.5)(x, tensors["t"]!, LossContext(isTraining: true))
      return ["gradient": loss.gradients(for: [x])[0]]
    }
    #expect(result["gradient"]!.values.allSatisfy { abs($0) < 1e-6 })
  }

  @Test func evaluationHasNoWeights() throws {
    let weighted = Focal(classWeights: [0.5, 2])
    let plain = try evaluate(Focal(), outputs, target)
    #expect(try evaluate(weighted, outputs, target, training: false) == plain)
    #expect(try evaluate(weighted, outputs, target) != plain)
    let column = Evaluation.Array([3, 1], [0.3, -2, 0.4])
    let binary = try evaluate(Focal(), column, target)
    #expect(try evaluate(Focal(alpha: 0.25), column, target, training: false) == binary)
    #expect(try evaluate(Focal(alpha: 0.25), column, target) != binary)
  }

  @Test func classNumbersMayAnswerForEachOutput() throws {
    let numbers = try evaluate(Focal(multiLabel: true), outputs, target)
    let table = Evaluation.Array([3, 2], [0, 1, 1, 0, 0, 1])
    #expect(try numbers == evaluate(Focal(multiLabel: true), outputs, table))
  }

  @Test func mistakesAreNamed() throws {
    func message(_ loss: Focal, _ target: Evaluation.Array) -> String {
      do { return "\(try evaluate(loss, outputs, target))" } catch { return "\(error)" }
    }
    #expect(message(Focal(), values).contains("multi_label"))
    #expect(message(Focal(alpha: 0.25), target).contains("class_weights"))
    #expect(message(Focal(classWeights: [1, 2, 3]), target).contains("3 class weights for 2"))
    #expect(throws: PluginError.self) {
      try Focal(classWeights: .balanced, multiLabel: true).validate()
    }
  }

  @Test func predictsProbabilities() throws {
    let column = Evaluation.Array([3, 1], [0.3, -2, 0.4])
    let result = try Evaluation.run(inputs: ["x": outputs, "column": column]) {
      [
        "softmax": Focal().prediction(from: $1["x"]!).sum([-1]),
        "sigmoid": Focal().prediction(from: $1["column"]!),
        "each": Focal(multiLabel: true).prediction(from: $1["x"]!) - sigmoid($1["x"]!),
      ]
    }
    #expect(result["softmax"]!.values.allSatisfy { abs($0 - 1) < 1e-12 })
    #expect(abs(result["sigmoid"]!.values[1] - 0.119_202_922_022) < 1e-9)
    #expect(result["each"]!.values.allSatisfy { $0 == 0 })
  }

  @Test func needsAnOutputAClass() {
    #expect(Focal().outputs(for: .classes(["a", "b", "c"])) == 3)
    // One output or two will do.
    #expect(Focal().outputs(for: .classes(["a", "b"])) == nil)
    #expect(Focal(multiLabel: true).outputs(for: .values(["a", "b"])) == 2)
  }
}
