import EspalierActivations
import EspalierConformance
import EspalierProtocols
import Testing

@Suite struct CELUTests {
  @Test func agreesWithReference() throws {
    try checkCases("celu") { CELU(alpha: Float($0.number("alpha")!)) }
  }

  @Test func gradientIsTheSlope() throws { try checkSlopes(CELU(alpha: 2)) }
}
