import EspalierConformance
import EspalierProtocols
import EspalierRegularizers
import Testing

@Suite struct SmoothL1PenaltyTests {
  @Test func followsTheReference() throws {
    try check("smooth_l1") {
      SmoothL1Penalty(strength: $0.number("lambda")!, beta: $0.number("beta")!)
    }
  }
}
