import EspalierConformance
import EspalierLosses
import EspalierProtocols
import EspalierReferences
import Testing

@Suite struct HingeTests {
  // Skipped: reduction "none" (a loss is one number) and class weights, which it does not have.
  @Test func agreesWithReference() throws {
    try checkCases("hinge", named: ["hinge"], output: "score") {
      // At the margin any subgradient is right, and the reference says only in words where.
      $0.tags.contains("kink")
        ? nil : Hinge(margin: Float($0.number("margin")!), power: Int($0.number("power")!))
    }
    try checkCases(
      "hinge", named: ["multi_margin"], output: "logits", precision: .doubleWithSingleConstants
    ) {
      $0.inputs["class_weight"] != nil
        ? nil : Hinge(margin: Float($0.number("margin")!), power: Int($0.number("p")!))
    }
  }

  @Test func theValueAtTheMarginIsTheReference() throws {
    let reference = try #require(
      try Oracle.cases("losses/hinge").first { $0.tags.contains("kink") })
    let found = try evaluate(Hinge(), reference.inputs["score"]!, reference.inputs["target"]!)
    #expect(abs(found - reference.outputs["y"]!.values[0]) < 1e-9)
  }

  @Test func gradientIsTheSlope() throws {
    try checkSlopes(Hinge(power: 2), outputs, .init([3], [1, 0, 1]))
    try checkSlopes(Hinge(), .init([3, 1], [0.3, -2, 0.4]), .init([3], [1, 0, 0]))
  }

  @Test func targetsMayBeNumbersOrSides() throws {
    let scores = Evaluation.Array([3, 1], [0.3, -2, 0.4])
    #expect(
      try evaluate(Hinge(), scores, .init([3], [1, 0, 0]))
        == evaluate(Hinge(), scores, .init([3], [1, -1, -1])))
  }

  @Test func mistakesAreNamed() {
    #expect(throws: PluginError.self) { _ = try evaluate(Hinge(), outputs, .init([2], [0, 1])) }
  }

  @Test func predictsNumbersOfTheSameOrder() throws {
    let y = try Evaluation.run(inputs: [
      "several": .init([1, 2], [0, 1.098_612_288_668]), "one": .init([1, 1], [-1.098_612_288_668]),
    ]) { $1.mapValues { Hinge().prediction(from: $0) } }
    for (found, expected) in zip(y["several"]!.values + y["one"]!.values, [0.25, 0.75, 0.25]) {
      #expect(abs(found - expected) < 1e-9)
    }
  }

  @Test func needsAnOutputAClass() {
    #expect(Hinge().outputs(for: .classes(["a", "b", "c"])) == 3)
    // One score has both sides, and so have two.
    #expect(Hinge().outputs(for: .classes(["a", "b"])) == nil)
    #expect(Hinge().outputs(for: .values(["a"])) == nil)
  }
}
