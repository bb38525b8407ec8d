import EspalierConformance
import EspalierProtocols
import EspalierSchedulers
import Testing

@Suite struct InverseTimeDecayTests {
  @Test func followsTheReference() throws {
    try check("inverse_time") { InverseTimeDecay(k: $0.number("k")!) }
  }
}
