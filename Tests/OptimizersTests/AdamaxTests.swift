import EspalierConformance
import EspalierOptimizers
import EspalierProtocols
import Testing

@Suite struct AdamaxTests {
  @Test func followsTheReference() throws {
    try check("adamax") { reference in
      Adamax(
        learningRate: reference.number("lr")!,
        beta1: reference.number("beta1")!,
        beta2: reference.number("beta2")!,
        epsilon: reference.number("eps")!,
        weightDecay: reference.number("weight_decay")!)
    }
  }

  /// ε of 0.1, which its place tells.
  @Test func epsilonStandsWhereTheReferenceHasIt() throws {
    try check("epsilon", named: ["adamax"], folder: "../optimizers") { reference in
      Adamax(
        learningRate: reference.number("lr")!,
        beta1: reference.number("beta1")!,
        beta2: reference.number("beta2")!,
        epsilon: reference.number("eps")!,
        weightDecay: reference.number("weight_decay")!)
    }
  }
}
