import EspalierConformance
import EspalierProtocols
import EspalierSchedulers
import Testing

@Suite struct StepDecayTests {
  @Test func followsTheReference() throws {
    try check("step") {
      StepDecay(stepSize: Int($0.number("step_size")!), gamma: $0.number("gamma")!)
    }
  }

  @Test func countsEpochsOrSteps() {
    let epochs = StepDecay(stepSize: 2, gamma: 0.5)
    #expect(rates(epochs, base: 1, steps: 8, stepsPerEpoch: 2) == [1, 1, 1, 1, 0.5, 0.5, 0.5, 0.5])
    let steps = StepDecay(stepSize: 2, gamma: 0.5, unit: .steps)
    #expect(rates(steps, base: 1, steps: 5, stepsPerEpoch: 2) == [1, 1, 0.5, 0.5, 0.25])
  }
}
