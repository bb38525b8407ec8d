import EspalierConformance
import EspalierLosses
import EspalierProtocols
import Testing

@Suite struct SmoothL1Tests {
  // Skipped: reduction "none" (a loss is one number) and gradients of targets, which are data.
  @Test func agreesWithReference() throws {
    try checkCases("smooth_l1", output: "pred") { SmoothL1(beta: Float($0.number("beta")!)) }
  }

  @Test func gradientIsTheSlope() throws {
    try checkSlopes(SmoothL1(), outputs, values, sampleWeights: [1, 0.5, 2])
  }

  @Test func aColumnOfOutputsMeetsARowOfTargets() throws {
    let column = Evaluation.Array([3, 1], [1, 2, 4])
    let row = Evaluation.Array([3], [1, 2, 4])
    #expect(try evaluate(SmoothL1(), column, row) == 0)
    #expect(throws: PluginError.self) { _ = try evaluate(SmoothL1(), outputs, row) }
  }

  @Test func needsAnOutputAValue() {
    #expect(SmoothL1().outputs(for: .values(["a", "b"])) == 2)
  }
}
