import EspalierConformance
import EspalierOptimizers
import EspalierProtocols
import Testing

@Suite struct LionTests {
  @Test func followsTheReference() throws {
    try check("lion") { reference in
      Lion(
        learningRate: reference.number("lr")!,
        beta1: reference.number("beta1")!,
        beta2: reference.number("beta2")!,
        weightDecay: reference.number("weight_decay")!)
    }
  }

  @Test func whereNothingPullsNothingMoves() throws {
    var harness = Harness(Lion(learningRate: 0.1), at: .init([2], [1, -2]))
    try harness.step([0, 3])
    #expect(harness.parameter[0] == 1 && abs(harness.parameter[1] + 2.1) < 1e-6)
  }
}
