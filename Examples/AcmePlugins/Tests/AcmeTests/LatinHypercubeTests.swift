import Espalier
import EspalierConformance
import Testing

@testable import Acme

@Suite struct LatinHypercubeTests {
  @Test func conforms() throws {
    try checkSample(of: LatinHypercube.self)
    try checkDeterminism(of: LatinHypercube())
    try checkRoundTrip(of: LatinHypercube())
  }

  @Test func oneInEachPart() {
    let space = SearchSpace(
      ["a", "b"].map { SearchParameter($0, .uniform(0...10)) })
    var strategy = LatinHypercube()
    strategy.trials = 10
    let state = SearchState(space: space, seed: 1, epochs: 1)
    let points = strategy.steps(inRound: 0, of: state).map(\.point.numbers)
    for place in 0..<2 {
      #expect(points.map { Int($0[place]) }.sorted() == Array(0..<10))
    }
    #expect(points.map { Int($0[0]) } != points.map { Int($0[1]) })
  }
}
