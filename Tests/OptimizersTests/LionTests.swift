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
}
