import EspalierConformance
import EspalierOptimizers
import EspalierProtocols
import Testing

@Suite struct NAdamTests {
  @Test func followsTheReference() throws {
    try check("nadam") { reference in
      NAdam(
        learningRate: reference.number("lr")!,
        beta1: reference.number("beta1")!,
        beta2: reference.number("beta2")!,
        epsilon: reference.number("eps")!,
        momentumDecay: reference.number("momentum_decay")!,
        weightDecay: reference.number("weight_decay")!,
        decoupledWeightDecay: reference.flag("decoupled_weight_decay")!)
    }
  }

  /// ε of 0.1, which its place tells.
  @Test func epsilonStandsWhereTheReferenceHasIt() throws {
    try check("epsilon", named: ["nadam"], folder: "../optimizers") { reference in
      NAdam(
        learningRate: reference.number("lr")!,
        beta1: reference.number("beta1")!,
        beta2: reference.number("beta2")!,
        epsilon: reference.number("eps")!,
        momentumDecay: reference.number("momentum_decay")!,
        weightDecay: reference.number("weight_decay")!,
        decoupledWeightDecay: reference.flag("decoupled_weight_decay")!)
    }
  }
}
