import EspalierActivations
import EspalierConformance
import EspalierProtocols
import Testing

@Suite struct SiLUTests {
  @Test func agreesWithReference() throws {
    try checkCases("silu") { _ in SiLU() }
  }

  @Test func learnedSteepnessAgreesWithReference() throws {
    try checkCases("swish") { SiLU(beta: Float($0.number("beta")!), learned: true) }
  }

  @Test func gradientIsTheSlope() throws {
    try checkSlopes(SiLU())
    try checkSlopes(SiLU(beta: 1.5))
    try checkSlopes(SiLU(beta: 1.5, learned: true))
  }
}
