import EspalierConformance
import EspalierOptimizers
import EspalierProtocols
import Testing

@Suite struct RpropTests {
  @Test func followsTheReference() throws {
    try check("rprop") { reference in
      Rprop(
        learningRate: reference.number("lr")!, shrink: reference.number("etaminus")!,
        grow: reference.number("etaplus")!, smallest: reference.number("step_min")!,
        largest: reference.number("step_max")!)
    }
  }

  @Test func stepsHaveAnOrder() {
    #expect(throws: PluginError.self) {
      try Rprop(learningRate: 1, smallest: 2, largest: 1).validate()
    }
  }

  /// The rate is the first step's size alone: 0.1, then 0.1 · 1.2.
  @Test func onlyTheFirstStepHasTheRate() throws {
    var harness = Harness(Rprop(learningRate: 0.1), at: .init([1], [0]))
    try harness.step([1], rate: 0.1)
    try harness.step([1], rate: 1)
    #expect(abs(harness.parameter[0] + 0.22) < 1e-6)
  }
}
