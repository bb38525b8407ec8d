import EspalierOptimizers
import EspalierProtocols
import EspalierReferences
import Testing

@Suite struct AdamTests {
  private func make(_ reference: OracleCase) -> Adam {
    Adam(
      learningRate: reference.number("lr")!, beta1: reference.number("beta1")!,
      beta2: reference.number("beta2")!, epsilon: reference.number("eps")!,
      amsgrad: reference.flag("amsgrad") ?? false, weightDecay: reference.number("weight_decay")!)
  }

  @Test func followsTheReference() throws { try check("adam", make) }

  @Test func dividesByTheLargestAverage() throws {
    try check("amsgrad", where: { $0.number("weight_decay") == 0 }, make)
  }

  /// The first step has the rate's size whatever the gradient's, which bias correction is for.
  @Test func firstStepIsTheRate() throws {
    var harness = Harness(Adam(learningRate: 0.5), at: .init([2], [0, 0]))
    try harness.step([1000, -0.001])
    #expect(abs(harness.parameter[0] + 0.5) < 1e-5 && abs(harness.parameter[1] - 0.5) < 1e-4)
  }

  @Test func decayLeavesBiasesAloneUnlessAsked() throws {
    for (optimizer, moves) in [
      (Adam(learningRate: 0.1, weightDecay: 1), false),
      (Adam(learningRate: 0.1, weightDecay: 1, decayBiases: true), true),
    ] {
      var harness = Harness(optimizer, at: .init([1], [1]))
      try harness.step([0], decays: false)
      #expect((harness.parameter != [1]) == moves)
      #expect(optimizer.decaysBiases == moves)
    }
  }
}
