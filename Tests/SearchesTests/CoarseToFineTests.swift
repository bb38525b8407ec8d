import EspalierProtocols
import EspalierSearches
import Testing

@Suite struct CoarseToFineTests {
  private let space = SearchSpace([
    SearchParameter("rate", .logUniform(1e-4...1)),
    SearchParameter("kind", .choice([.text("a"), .text("b"), .text("c"), .text("d")])),
  ])

  @Test func eachRoundIsHalfAsWide() throws {
    let strategy = CoarseToFine(trials: 20, rounds: 3)
    func cost(_ point: SearchPoint) -> Double { abs(logarithm(point.numbers[0]) + 1.5) }
    let found = try rounds(strategy, space) { point, _ in cost(point) }
    #expect(found.map(\.count) == [20, 20, 20])
    #expect(found.flatMap { $0.map(\.index) } == Array(0..<60))
    #expect(found.allSatisfy { $0.allSatisfy { $0.epochs == nil } })
    var seen = found[0].map(\.point)
    for (round, width) in [(1, 2.0), (2, 1.0)] {
      let best = try #require(seen.min { cost($0) < cost($1) })
      let middle = min(max(logarithm(best.numbers[0]), -4 + width / 2), -width / 2)
      let logs = found[round].map { logarithm($0.point.numbers[0]) }
      #expect(logs.allSatisfy { abs($0 - middle) <= width / 2 + 1e-5 })
      // They fill it, too.
      #expect((logs.max() ?? 0) - (logs.min() ?? 0) > 0.7 * width)
      seen += found[round].map(\.point)
    }
  }

  @Test func choicesOfTheBestStay() throws {
    let strategy = CoarseToFine(trials: 16, rounds: 2, keep: 0.25)
    // b and d are better than all of a and c, and a quarter of the first trials holds no others.
    let found = try rounds(strategy, space, seed: 1) { point, _ in
      [5, 0, 5, 0.1][Int(point.numbers[1])] + point.numbers[0]
    }
    #expect(Set(found[0].map { $0.point.numbers[1] }).count == 4)
    let kinds = Set(found[1].map { $0.point.numbers[1] })
    #expect(!kinds.isEmpty && kinds.isSubset(of: [1, 3]))
  }

  @Test func coarseTrialsAreShort() throws {
    let strategy = CoarseToFine(trials: 4, rounds: 3, coarseEpochs: 2)
    let found = try rounds(strategy, space)
    #expect(found.map { Set($0.map(\.epochs)) } == [[2], [2], [nil]])
    #expect(throws: PluginError.self) { try strategy.check(space, epochs: 2) }
  }

  /// Where all trials fail there is nothing to be near to.
  @Test func allFailed() throws {
    let found = try rounds(CoarseToFine(trials: 4, rounds: 2), space) { _, _ in .infinity }
    #expect(found.map(\.count) == [4, 4])
  }
}
