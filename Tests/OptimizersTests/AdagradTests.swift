import EspalierConformance
import EspalierOptimizers
import EspalierProtocols
import Testing

@Suite struct AdagradTests {
  @Test func followsTheReference() throws {
    try check("adagrad") { reference in
      Adagrad(
        learningRate: reference.number("lr")!, lrDecay: reference.number("lr_decay")!,
        initialAccumulator: reference.number("initial_accumulator_value")!,
        epsilon: reference.number("eps")!, weightDecay: reference.number("weight_decay")!)
    }
  }

  @Test func aGradientOfZeroMovesNothing() throws {
    var harness = Harness(Adagrad(learningRate: 1), at: .init([1], [3]))
    try harness.step([0])
    #expect(harness.parameter == [3])
  }

  @Test func hasTheNamesOfItsConfig() {
    #expect(partNames(Adagrad()).contains("lr_decay"))
    #expect(partNames(Adagrad()).contains("initial_accumulator"))
  }
}
