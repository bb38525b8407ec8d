import EspalierActivations
import EspalierConformance
import EspalierProtocols
import Testing

@Suite struct ELUTests {
  @Test func agreesWithReference() throws {
    try checkCases("elu") { ELU(alpha: Float($0.number("alpha")!)) }
  }

  @Test func gradientIsTheSlope() throws { try checkSlopes(ELU(alpha: 0.5)) }
}
