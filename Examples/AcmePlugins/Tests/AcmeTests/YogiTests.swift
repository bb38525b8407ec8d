import Espalier
import EspalierConformance
import Testing

@testable import Acme

@Suite struct YogiTests {
  @Test func conforms() throws {
    try checkSample(of: Yogi.self)
    try checkConvergence(of: Yogi(learningRate: 0.02))
    try checkDeterminism(of: Yogi(learningRate: 0.01))
    try checkRoundTrip(of: Yogi(learningRate: 0.01))
  }
}
