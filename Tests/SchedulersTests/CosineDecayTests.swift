import EspalierConformance
import EspalierProtocols
import EspalierSchedulers
import Testing

@Suite struct CosineDecayTests {
  @Test func followsTheReference() throws {
    try check("cosine") {
      CosineDecay(minimum: $0.number("eta_min")!, steps: Int($0.number("T_max")!))
    }
  }

  @Test func lastsTheWholeRunUnlessTold() {
    let found = rates(CosineDecay(minimum: 0.5), base: 1.5, steps: 5, total: 4)
    #expect(found[0] == 1.5 && close(found[2], 1) && found[4] == 0.5)
  }

  @Test func oneStepIsTheWholeWay() {
    let found = [
      rates(CosineDecay(minimum: 0.25, steps: 1), base: 1, steps: 3),
      rates(LinearDecay(from: 1, to: 0.25, steps: 1), base: 1, steps: 3),
      rates(PolynomialDecay(power: 2, steps: 1, minimum: 0.25), base: 1, steps: 3),
    ]
    for rates in found {
      #expect(rates[0] == 1 && close(rates[1], 0.25), "\(rates)")
    }
  }
}
