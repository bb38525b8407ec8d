import EspalierConformance
import EspalierProtocols
import EspalierSchedulers
import Testing

@Suite struct ConstantRateTests {
  @Test func followsTheReference() throws { try check("constant") { _ in ConstantRate() } }
}
