import EspalierConformance
import EspalierLosses
import EspalierProtocols
import Testing

@Suite struct QuantileTests {
  @Test func agreesWithReference() throws {
    try checkCases(
      "quantile", in: "../losses/", output: "output", precision: .doubleWithSingleConstants
    ) { Quantile(Float($0.number("quantile")!)) }
  }

  @Test func gradientIsTheSlope() throws {
    try checkSlopes(Quantile(0.75), outputs, values, sampleWeights: [1, 0.5, 2])
  }

  @Test func needsAnOutputAValue() {
    #expect(Quantile().outputs(for: .values(["a", "b"])) == 2)
    #expect(throws: PluginError.self) {
      _ = try evaluate(Quantile(), outputs, .init([3], [1, 2, 3]))
    }
  }
}
