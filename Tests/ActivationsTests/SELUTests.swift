import EspalierActivations
import EspalierConformance
import EspalierProtocols
import Testing

@Suite struct SELUTests {
  @Test func agreesWithReference() throws {
    try checkCases("selu", precision: .doubleWithSingleConstants) { _ in SELU() }
  }

  @Test func gradientIsTheSlope() throws { try checkSlopes(SELU()) }

  @Test func gainIsTheReference() throws {
    #expect(abs(SELU().gain - (try referenceGain("selu"))) < 1e-6)
  }

  @Test func keepsMeanAndVariance() throws {
    // The defining property: standard normal inputs stay standardized.
    let result = try Evaluation.run(inputs: [
      "x": .init([20_000], [Double](repeating: 0, count: 20_000))
    ]) {
      let y = SELU()($1["x"]!.random(.normal))
      return ["mean": y.mean(), "variance": y.variance()]
    }
    #expect(abs(result["mean"]!.values[0]) < 0.03)
    #expect(abs(result["variance"]!.values[0] - 1) < 0.06)
  }
}
