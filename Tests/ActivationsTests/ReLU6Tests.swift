import EspalierActivations
import EspalierConformance
import EspalierProtocols
import Testing

@Suite struct ReLU6Tests {
  @Test func agreesWithReference() throws {
    try checkCases("relu6") { _ in ReLU6() }
  }

  @Test func gradientIsTheSlope() throws { try checkSlopes(ReLU6()) }
}
