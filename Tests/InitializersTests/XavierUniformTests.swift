import EspalierConformance
import EspalierInitializers
import EspalierProtocols
import Testing

@Suite struct XavierUniformTests {
  @Test func agreesWithReference() throws {
    try checkDistribution("xavier_uniform") { XavierUniform(gain: Float($0.number("gain")!)) }
  }
}
