import EspalierConformance
import EspalierLosses
import EspalierProtocols
import Testing

@Suite struct HuberTests {
  // Skipped: reduction "none" (a loss is one number) and gradients of targets, which are data.
  @Test func agreesWithReference() throws {
    try checkCases("huber", output: "pred") { Huber(delta: Float($0.number("delta")!)) }
  }

  @Test func gradientIsTheSlope() throws {
    try checkSlopes(Huber(), outputs, values, sampleWeights: [1, 0.5, 2])
  }

  @Test func aColumnOfOutputsMeetsARowOfTargets() throws {
    let column = Evaluation.Array([3, 1], [1, 2, 4])
    let row = Evaluation.Array([3], [1, 2, 4])
    #expect(try evaluate(Huber(), column, row) == 0)
    #expect(throws: PluginError.self) { _ = try evaluate(Huber(), outputs, row) }
  }

  @Test func needsAnOutputAValue() {
    #expect(Huber().outputs(for: .values(["a", "b"])) == 2)
  }
}
