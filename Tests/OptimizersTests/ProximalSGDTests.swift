import EspalierConformance
import EspalierOptimizers
import EspalierProtocols
import Testing

@Suite struct ProximalSGDTests {
  @Test(arguments: ["proximal_l1", "proximal_l1_momentum", "proximal_elastic"])
  func followsTheReference(file: String) throws {
    try check(file) { reference in
      ProximalSGD(
        learningRate: reference.number("lr")!, strength: reference.number("lambda")!,
        beta: reference.number("beta") ?? 0, momentum: reference.number("momentum") ?? 0)
    }
  }

  @Test func smallWeightsBecomeExactlyZero() throws {
    var harness = Harness(
      ProximalSGD(learningRate: 0.5, strength: 1), at: .init([3], [0.25, -0.5, 2]))
    try harness.step([0, 0, 0])
    #expect(harness.parameter == [0, 0, 1.5])
  }

  @Test func biasesAreNotShrunk() throws {
    var harness = Harness(ProximalSGD(learningRate: 0.5, strength: 1), at: .init([1], [0.25]))
    try harness.step([0], decays: false)
    #expect(harness.parameter == [0.25])
  }
}
