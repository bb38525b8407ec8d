import EspalierConformance
import EspalierMetrics
import EspalierProtocols
import Testing

@Suite struct MCCTests {
  @Test func followsTheReference() throws { try checkClasses("mcc", MCC()) }
  @Test func isUndefinedForNoSamples() { checkEmpty(MCC(), classes(2), width: 1) }
}
