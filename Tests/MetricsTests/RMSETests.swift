import EspalierConformance
import EspalierMetrics
import EspalierProtocols
import Testing

@Suite struct RMSETests {
  @Test func followsTheReference() throws { try checkRegression("rmse", RMSE()) }
  @Test func lessIsBetter() { #expect(!RMSE.higherIsBetter) }
  @Test func isUndefinedForNoSamples() { checkEmpty(RMSE(), .values(["y"]), width: 1) }
}
