import EspalierConformance
import EspalierMetrics
import EspalierProtocols
import Testing

@Suite struct MAPETests {
  @Test func followsTheReference() throws { try checkRegression("mape", MAPE()) }
  @Test func lessIsBetter() { #expect(!MAPE.higherIsBetter) }
  @Test func isUndefinedForNoSamples() { checkEmpty(MAPE(), .values(["y"]), width: 1) }
}
