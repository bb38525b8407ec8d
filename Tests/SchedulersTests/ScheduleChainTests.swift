import EspalierProtocols
import EspalierReferences
import EspalierSchedulers
import Testing

@Suite struct ScheduleChainTests {
  @Test func followsTheReference() throws {
    try check("chained") {
      ScheduleChain($0.params["schedules"]!.list!.map(ScheduleSequenceTests.part))
    }
  }

  @Test func passesResultsAndMemoryOn() {
    let chain = ScheduleChain([
      LinearDecay(from: 0.5, to: 0.5), Plateau(factor: 0.5, patience: 0),
      Plateau(monitor: "validation_accuracy", factor: 0.1, patience: 0),
    ])
    #expect(chain.monitor == "validation_loss")
    let metrics = [[String: Double]](
      repeating: ["validation_loss": 1, "validation_accuracy": 1], count: 3)
    let found = rates(chain, base: 1, steps: 3, metrics: metrics)
    #expect(found[..<2] == [0.5, 0.5] && close(found[2], 0.025))
  }

  @Test func noSchedulesLeaveTheRate() {
    #expect(rates(ScheduleChain([]), base: 0.5, steps: 2) == [0.5, 0.5])
  }
}
