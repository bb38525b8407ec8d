import EspalierOptimizers
import EspalierProtocols
import EspalierReferences
import Testing

@Suite struct AdamWTests {
  private func make(_ reference: OracleCase) -> AdamW {
    AdamW(
      learningRate: reference.number("lr")!, beta1: reference.number("beta1")!,
      beta2: reference.number("beta2")!, epsilon: reference.number("eps")!,
      amsgrad: reference.flag("amsgrad") ?? false, weightDecay: reference.number("weight_decay")!)
  }

  @Test func followsTheReference() throws { try check("adamw", make) }

  @Test func dividesByTheLargestAverage() throws {
    try check("amsgrad", where: { $0.number("weight_decay") != 0 }, make)
  }

  @Test func decaysWithoutAGradient() throws {
    var harness = Harness(AdamW(learningRate: 0.5, weightDecay: 0.5), at: .init([1], [8]))
    try harness.step([0])
    #expect(harness.parameter == [6])
    try harness.step([0], decays: false)
    #expect(harness.parameter == [6])
  }
}
