import EspalierActivations
import EspalierConformance
import EspalierProtocols
import Testing

@Suite struct IdentityTests {
  @Test func agreesWithReference() throws {
    try checkCases("identity") { _ in Identity() }
  }

  @Test func gradientIsTheSlope() throws { try checkSlopes(Identity()) }

  @Test func gainIsTheReference() throws {
    #expect(abs(Identity().gain - (try referenceGain("linear"))) < 1e-6)
  }
}
