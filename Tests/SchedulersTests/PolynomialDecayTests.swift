import EspalierConformance
import EspalierProtocols
import EspalierSchedulers
import Testing

@Suite struct PolynomialDecayTests {
  @Test func followsTheReference() throws {
    try check("polynomial") {
      PolynomialDecay(power: $0.number("power")!, steps: Int($0.number("total_iters")!))
    }
  }
}
