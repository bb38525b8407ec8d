import EspalierProtocols
import EspalierReferences
import EspalierSchedulers
import Testing

@Suite struct WarmupTests {
  private func then(_ reference: OracleCase) -> any Scheduler {
    switch reference.text("then") {
    case "cosine": CosineDecay(minimum: reference.number("eta_min")!)
    case "step":
      StepDecay(stepSize: Int(reference.number("step_size")!), gamma: reference.number("gamma")!)
    case "exponential": ExponentialDecay(gamma: reference.number("gamma")!)
    default: ConstantRate()
    }
  }

  @Test func followsTheReference() throws {
    try check("warmup_linear") {
      Warmup(steps: Int($0.number("warmup_steps")!), then: then($0))
    }
    try check("warmup_exponential") {
      Warmup(
        steps: Int($0.number("warmup_steps")!), from: $0.number("start_factor")!,
        shape: .exponential, then: then($0))
    }
    try check("lambda_warmup_exponential") {
      Warmup(
        steps: Int($0.number("warmup_epochs")!), from: 0, unit: .epochs,
        then: ExponentialDecay(gamma: $0.number("decay_rate")!))
    }
  }

  @Test func countsEpochsAndRisesWithinThem() {
    let found = rates(
      Warmup(steps: 2, from: 0, unit: .epochs), base: 1, steps: 6, stepsPerEpoch: 2)
    #expect(found == [0, 0.25, 0.5, 0.75, 1, 1])
  }

  @Test func passesResultsAndMemoryOn() {
    let inner = Plateau(factor: 0.5, patience: 0)
    let warmup = Warmup(steps: 1, then: inner)
    #expect(warmup.monitor == "validation_loss")
    let metrics = [[String: Double]](repeating: ["validation_loss": 1], count: 4)
    #expect(rates(warmup, base: 1, steps: 4, metrics: metrics) == [1, 1, 0.5, 0.25])
  }
}
