import EspalierConformance
import EspalierMetrics
import EspalierProtocols
import Testing

@Suite struct BalancedAccuracyTests {
  @Test func followsTheReference() throws {
    try checkClasses("balanced_accuracy", BalancedAccuracy())
  }
  @Test func isUndefinedForNoSamples() { checkEmpty(BalancedAccuracy(), classes(2), width: 1) }
}
