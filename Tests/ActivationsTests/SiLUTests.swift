import EspalierActivations
import EspalierConformance
import EspalierProtocols
import Testing

@Suite struct SiLUTests {
  @Test func agreesWithReference() throws {
    try checkCases("silu") { _ in SiLU() }
  }

  @Test func learnedSteepnessAgreesWithReference() throws {
    try checkCases("swish") { SiLU(beta: Float($0.number("beta")!), learned: true) }
  }

  /// 1·σ(2) and −3·σ(−1.5), by hand; and so where the steepness could be learned.
  @Test(arguments: [
    (1.0, Float(2), 0.880_797_077_978), (-3, 0.5, -0.547_276_571_419), (2, 1, 1.761_594_155_956),
  ])
  func fixedSteepness(_ x: Double, _ beta: Float, _ expected: Double) throws {
    let y = try Evaluation.run(inputs: ["x": .init([1, 1], [x])]) {
      ["y": SiLU(beta: beta)($1["x"]!)]
    }["y"]!.values
    #expect(abs(y[0] - expected) < 1e-7)
  }

  @Test func gradientIsTheSlope() throws {
    try checkSlopes(SiLU())
    try checkSlopes(SiLU(beta: 1.5))
    try checkSlopes(SiLU(beta: 1.5, learned: true))
  }
}
