import EspalierConformance
import EspalierLosses
import EspalierProtocols
import EspalierReferences
import Testing

@Suite struct KLDivergenceTests {
  // Skipped: reduction "none", and the mean over all numbers, which no theory knows.
  @Test func agreesWithReference() throws {
    for isLog in [false, true] {
      try checkCases("kl_div", output: "logits", target: isLog ? "log_target" : "target") {
        guard $0.flag("log_target") == isLog, $0.text("reduction") != "mean" else { return nil }
        return KLDivergence(logTarget: isLog)
      }
    }
  }

  private let shares = Evaluation.Array([3, 2], [0.25, 0.75, 1, 0, 0.5, 0.5])

  @Test func gradientIsTheSlope() throws {
    try checkSlopes(KLDivergence(), outputs, shares, sampleWeights: [1, 0.5, 3])
    try checkSlopes(KLDivergence(), outputs, .init([3], [1, 0, 1]))
  }

  @Test func classesAreCertainties() throws {
    let target = Evaluation.Array([3], [1, 0, 1])
    let divergence = try evaluate(KLDivergence(), outputs, target)
    #expect(abs(divergence - (try evaluate(CrossEntropy(), outputs, target))) < 1e-12)
    let table = Evaluation.Array([3, 2], [0, 1, 1, 0, 0, 1])
    #expect(abs(divergence - (try evaluate(KLDivergence(), outputs, table))) < 1e-12)
  }

  @Test func refusesASingleOutput() {
    #expect(throws: PluginError.self) {
      _ = try evaluate(KLDivergence(), .init([2, 1], [1, 2]), .init([2, 1], [1, 1]))
    }
  }

  @Test func needsAnOutputAClass() {
    #expect(KLDivergence().outputs(for: .classes(["a", "b", "c"])) == 3)
    #expect(KLDivergence().outputs(for: .values(["a", "b"])) == 2)
  }

  @Test func predictsProbabilities() throws {
    let y = try Evaluation.run(inputs: ["x": .init([1, 2], [0, 1.098_612_288_668])]) {
      ["y": KLDivergence().prediction(from: $1["x"]!)]
    }["y"]!.values
    #expect(abs(y[0] - 0.25) < 1e-9 && abs(y[1] - 0.75) < 1e-9)
  }
}
