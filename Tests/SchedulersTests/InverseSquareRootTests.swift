import EspalierConformance
import EspalierProtocols
import EspalierSchedulers
import Testing

@Suite struct InverseSquareRootTests {
  @Test func followsTheReference() throws {
    try check("inverse_square_root", in: "../schedulers/") {
      InverseSquareRoot(k: Int($0.number("k")!), from: $0.number("from")!)
    }
  }

  @Test func countsEpochsOrSteps() {
    let found = rates(
      InverseSquareRoot(k: 1, unit: .epochs), base: 1, steps: 9, stepsPerEpoch: 2)
    #expect(found[..<4] == [1, 1, 1, 1] && close(found[8], 0.5))
  }
}
