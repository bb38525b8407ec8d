import EspalierActivations
import EspalierConformance
import EspalierProtocols
import Testing

@Suite struct HardSwishTests {
  @Test func agreesWithReference() throws {
    try checkCases("hard_swish", precision: .doubleWithSingleConstants) { _ in HardSwish() }
  }

  @Test func gradientIsTheSlope() throws { try checkSlopes(HardSwish()) }
}
