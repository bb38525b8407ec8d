import EspalierActivations
import EspalierConformance
import EspalierProtocols
import Testing

@Suite struct SigmoidTests {
  @Test func agreesWithReference() throws {
    try checkCases("sigmoid") { _ in Sigmoid() }
  }

  @Test func gradientIsTheSlope() throws { try checkSlopes(Sigmoid()) }

  @Test func gainIsTheReference() throws {
    #expect(abs(Sigmoid().gain - (try referenceGain("sigmoid"))) < 1e-6)
  }
}
