import EspalierConformance
import EspalierProtocols
import EspalierSchedulers
import Testing

@Suite struct OneCycleTests {
  @Test func followsTheReference() throws {
    try check("one_cycle", base: { $0.number("max_lr")! }) {
      OneCycle(
        rise: $0.number("pct_start")!, divFactor: $0.number("div_factor")!,
        finalDivFactor: $0.number("final_div_factor")!,
        shape: $0.text("anneal_strategy") == "linear" ? .linear : .cosine,
        threePhase: $0.flag("three_phase")!, steps: Int($0.number("total_steps")!))
    }
  }

  @Test func threePhasesNeedRoomForTheEnd() {
    #expect(throws: PluginError.self) { try OneCycle(rise: 0.6, threePhase: true).validate() }
    let found = rates(
      OneCycle(rise: 0.3, divFactor: 10, finalDivFactor: 10, threePhase: true), base: 1, steps: 20)
    #expect(close(found[5], 1) && close(found[10], 0.1) && close(found[19], 0.01))
  }

  @Test func aRunOfOneStepHasARate() {
    #expect(rates(OneCycle(), base: 1, steps: 1)[0].isFinite)
  }
}
