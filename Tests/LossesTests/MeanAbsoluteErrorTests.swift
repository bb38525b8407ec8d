import EspalierConformance
import EspalierLosses
import EspalierProtocols
import Testing

@Suite struct MeanAbsoluteErrorTests {
  // Skipped: reduction "none" (a loss is one number) and gradients of targets, which are data.
  @Test func agreesWithReference() throws {
    try checkCases("l1", output: "pred") { _ in MeanAbsoluteError() }
  }

  @Test func gradientIsTheSlope() throws {
    try checkSlopes(MeanAbsoluteError(), outputs, values, sampleWeights: [1, 0.5, 2])
  }

  @Test func aColumnOfOutputsMeetsARowOfTargets() throws {
    let column = Evaluation.Array([3, 1], [1, 2, 4])
    let row = Evaluation.Array([3], [1, 2, 4])
    #expect(try evaluate(MeanAbsoluteError(), column, row) == 0)
    #expect(throws: PluginError.self) { _ = try evaluate(MeanAbsoluteError(), outputs, row) }
  }

  @Test func needsAnOutputAValue() {
    #expect(MeanAbsoluteError().outputs(for: .values(["a", "b"])) == 2)
  }
}
