import EspalierConformance
import EspalierMetrics
import EspalierProtocols
import Testing

@Suite struct MSETests {
  @Test func followsTheReference() throws { try checkRegression("mse", MSE()) }
  @Test func lessIsBetter() { #expect(!MSE.higherIsBetter) }
  @Test func isUndefinedForNoSamples() { checkEmpty(MSE(), .values(["y"]), width: 1) }
}
