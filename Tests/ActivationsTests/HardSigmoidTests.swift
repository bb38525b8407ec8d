import EspalierActivations
import EspalierConformance
import EspalierProtocols
import Testing

@Suite struct HardSigmoidTests {
  @Test func agreesWithReference() throws {
    try checkCases("hard_sigmoid", precision: .doubleWithSingleConstants) { _ in HardSigmoid() }
  }

  @Test func gradientIsTheSlope() throws { try checkSlopes(HardSigmoid()) }
}
