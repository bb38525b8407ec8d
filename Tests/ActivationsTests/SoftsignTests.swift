import EspalierActivations
import EspalierConformance
import EspalierProtocols
import Testing

@Suite struct SoftsignTests {
  @Test func agreesWithReference() throws {
    try checkCases("softsign") { _ in Softsign() }
  }

  @Test func gradientIsTheSlope() throws { try checkSlopes(Softsign()) }
}
