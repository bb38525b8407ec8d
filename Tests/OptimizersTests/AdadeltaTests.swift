import EspalierConformance
import EspalierOptimizers
import EspalierProtocols
import Testing

@Suite struct AdadeltaTests {
  @Test func followsTheReference() throws {
    try check("adadelta") { reference in
      Adadelta(
        learningRate: reference.number("lr")!,
        decay: reference.number("rho")!,
        epsilon: reference.number("eps")!,
        weightDecay: reference.number("weight_decay")!)
    }
  }
}
