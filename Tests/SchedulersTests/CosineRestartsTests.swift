import EspalierConformance
import EspalierProtocols
import EspalierSchedulers
import Testing

@Suite struct CosineRestartsTests {
  @Test func followsTheReference() throws {
    try check("cosine_warm_restarts") {
      CosineRestarts(
        period: Int($0.number("T_0")!), factor: Int($0.number("T_mult")!),
        minimum: $0.number("eta_min")!)
    }
  }

  @Test func longCyclesDoNotOverflow() {
    let scheduler = CosineRestarts(period: 3, factor: 1 << 40)
    var memory = ScheduleMemory()
    let time = TrainingTime(step: .max - 1, stepsPerEpoch: 1, totalSteps: .max)
    #expect(scheduler.rate(1, at: time, memory: &memory).isFinite)
  }
}
