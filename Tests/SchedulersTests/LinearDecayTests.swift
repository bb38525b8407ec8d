import EspalierConformance
import EspalierProtocols
import EspalierSchedulers
import Testing

@Suite struct LinearDecayTests {
  @Test func followsTheReference() throws {
    try check("linear") {
      LinearDecay(
        from: $0.number("start_factor")!, to: $0.number("end_factor")!,
        steps: Int($0.number("total_iters")!))
    }
    try check("linear_interval") {
      LinearDecay(k: $0.number("k")!, minimum: $0.number("min_lr")!)
    }
  }

  @Test func lastsTheWholeRunUnlessTold() {
    #expect(rates(LinearDecay(to: 0), base: 1, steps: 5, total: 4) == [1, 0.75, 0.5, 0.25, 0])
  }
}
