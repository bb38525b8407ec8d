import EspalierProtocols
import EspalierSearches
import Testing

@Suite struct HyperbandTests {
  private let space = SearchSpace([SearchParameter("x", .uniform(0...1))])

  /// Table 1 of the paper: R = 81, η = 3.
  @Test func bracketsOfThePaper() throws {
    let brackets = [
      [(81, 1), (27, 3), (9, 9), (3, 27), (1, 81)], [(34, 3), (11, 9), (3, 27), (1, 81)],
      [(15, 9), (5, 27), (1, 81)], [(8, 27), (2, 81)], [(5, 81)],
    ]
    let found = try rounds(Hyperband(factor: 3), space, epochs: 81) { point, _ in point.numbers[0] }
    #expect(found.count == 5)
    #expect(found[0].map(\.index) == Array(0..<143))
    var first = 0
    for bracket in brackets {
      let indices = first..<first + bracket[0].0
      first = indices.upperBound
      for (round, expected) in bracket.enumerated() {
        let steps = found[round].filter { indices.contains($0.index) }
        #expect(steps.count == expected.0, "bracket of \(bracket[0]), round \(round)")
        #expect(steps.allSatisfy { ($0.epochs ?? 81) == expected.1 })
      }
    }
  }
}
