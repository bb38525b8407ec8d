import EspalierActivations
import EspalierConformance
import EspalierProtocols
import Testing

@Suite struct GELUTests {
  @Test func agreesWithReference() throws {
    try checkCases("gelu", precision: .doubleWithSingleConstants) { _ in GELU() }
    try checkCases("gelu_tanh", precision: .doubleWithSingleConstants) { _ in
      GELU(approximation: .tanh)
    }
  }

  @Test func gradientIsTheSlope() throws {
    try checkSlopes(GELU())
    try checkSlopes(GELU(approximation: .tanh))
  }
}
