import EspalierConformance
import EspalierOptimizers
import EspalierProtocols
import Testing

@Suite struct RAdamTests {
  @Test func followsTheReference() throws {
    try check("radam") { reference in
      RAdam(
        learningRate: reference.number("lr")!,
        beta1: reference.number("beta1")!,
        beta2: reference.number("beta2")!,
        epsilon: reference.number("eps")!,
        weightDecay: reference.number("weight_decay")!,
        decoupledWeightDecay: reference.flag("decoupled_weight_decay")!)
    }
  }

  /// ε of 0.1, which its place tells.
  @Test func epsilonStandsWhereTheReferenceHasIt() throws {
    try check("epsilon", named: ["radam"], folder: "../optimizers") { reference in
      RAdam(
        learningRate: reference.number("lr")!,
        beta1: reference.number("beta1")!,
        beta2: reference.number("beta2")!,
        epsilon: reference.number("eps")!,
        weightDecay: reference.number("weight_decay")!,
        decoupledWeightDecay: reference.flag("decoupled_weight_decay")!)
    }
  }
}
