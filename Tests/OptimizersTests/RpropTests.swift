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
}
