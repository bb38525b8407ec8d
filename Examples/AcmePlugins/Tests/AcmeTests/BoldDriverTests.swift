import Espalier
import EspalierConformance
import Testing

@testable import Acme

@Suite struct BoldDriverTests {
  @Test func conforms() throws {
    try checkSample(of: BoldDriver.self)
    try checkDeterminism(of: BoldDriver())
    try checkRoundTrip(of: BoldDriver())
  }

  @Test func rates() {
    let schedule = BoldDriver()
    var memory = ScheduleMemory()
    let time = TrainingTime(step: 0, stepsPerEpoch: 1, totalSteps: 4)
    let rates = [2.0, 1, 3, 2].map { loss -> Double in
      schedule.observe(["train_loss": loss], memory: &memory)
      return schedule.rate(0.1, at: time, memory: &memory)
    }
    // The first loss has none before it; then a fall, a rise, a fall.
    let expected = [0.1, 0.1 * 1.05, 0.1 * 1.05 * 0.5, 0.1 * 1.05 * 0.5 * 1.05]
    for (found, expected) in zip(rates, expected) { #expect(abs(found - expected) < 1e-12) }
  }
}
