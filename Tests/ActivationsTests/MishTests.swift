import EspalierActivations
import EspalierConformance
import EspalierProtocols
import Testing

@Suite struct MishTests {
  @Test func agreesWithReference() throws {
    try checkCases("mish") { _ in Mish() }
  }

  @Test func gradientIsTheSlope() throws { try checkSlopes(Mish()) }
}
