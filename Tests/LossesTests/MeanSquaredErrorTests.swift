import EspalierConformance
import EspalierLosses
import EspalierProtocols
import Testing

@Suite struct MeanSquaredErrorTests {
  // Skipped: reduction "none" (a loss is one number) and gradients of targets, which are data.
  @Test func agreesWithReference() throws {
    try checkCases("mse", output: "pred") { _ in MeanSquaredError() }
  }

  @Test func gradientIsTheSlope() throws {
    try checkSlopes(MeanSquaredError(), outputs, values, sampleWeights: [1, 0.5, 2])
  }

  @Test func aColumnOfOutputsMeetsARowOfTargets() throws {
    let column = Evaluation.Array([3, 1], [1, 2, 4])
    let row = Evaluation.Array([3], [1, 2, 4])
    #expect(try evaluate(MeanSquaredError(), column, row) == 0)
    #expect(throws: PluginError.self) { _ = try evaluate(MeanSquaredError(), outputs, row) }
  }

  @Test func needsAnOutputAValue() {
    #expect(MeanSquaredError().outputs(for: .values(["a", "b"])) == 2)
  }

  @Test func sampleWeightsAgreeWithReference() throws {
    try checkCases("mse_sample_weight", output: "pred") {
      $0.text("weighting") == "normalised" ? MeanSquaredError() : nil
    }
  }
}
