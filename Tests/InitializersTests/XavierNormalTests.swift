import EspalierConformance
import EspalierInitializers
import EspalierProtocols
import Testing

@Suite struct XavierNormalTests {
  @Test func agreesWithReference() throws {
    try checkDistribution("xavier_normal") { XavierNormal(gain: Float($0.number("gain")!)) }
  }
}
