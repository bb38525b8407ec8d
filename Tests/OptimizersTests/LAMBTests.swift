import EspalierOptimizers
import EspalierProtocols
import Testing

@Suite struct LAMBTests {
  @Test func followsTheReference() throws {
    try check("lamb", folder: "../optimizers") {
      LAMB(
        learningRate: $0.number("lr")!, beta1: $0.number("beta1")!, beta2: $0.number("beta2")!,
        epsilon: $0.number("eps")!, weightDecay: $0.number("weight_decay")!)
    }
  }

  /// Where either norm is zero the step is Adam's.
  @Test func beginsAtZero() throws {
    var harness = Harness(LAMB(learningRate: 0.5), at: .init([2], [0, 0]))
    try harness.step([3, -3])
    #expect(abs(harness.parameter[0] + 0.5) < 1e-5 && abs(harness.parameter[1] - 0.5) < 1e-5)
    try harness.step([0, 0])
    #expect(harness.parameter.allSatisfy { $0.isFinite })
  }
}
