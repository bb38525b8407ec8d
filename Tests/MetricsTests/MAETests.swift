import EspalierConformance
import EspalierMetrics
import EspalierProtocols
import Testing

@Suite struct MAETests {
  @Test func followsTheReference() throws { try checkRegression("mae", MAE()) }
  @Test func lessIsBetter() { #expect(!MAE.higherIsBetter) }
  @Test func isUndefinedForNoSamples() { checkEmpty(MAE(), .values(["y"]), width: 1) }
}
