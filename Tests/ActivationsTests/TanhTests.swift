import EspalierActivations
import EspalierConformance
import EspalierProtocols
import Testing

@Suite struct TanhTests {
  @Test func agreesWithReference() throws {
    try checkCases("tanh") { _ in Tanh() }
  }

  @Test func gradientIsTheSlope() throws { try checkSlopes(Tanh()) }

  @Test func gainIsTheReference() throws {
    #expect(abs(Tanh().gain - (try referenceGain("tanh"))) < 1e-6)
  }
}
