import EspalierProtocols
import EspalierSearches
import Testing

@Suite struct SuccessiveHalvingTests {
  private let space = SearchSpace([SearchParameter("x", .uniform(0...1))])

  @Test func rungs() throws {
    let found = try rounds(SuccessiveHalving(trials: 27, factor: 3), space, epochs: 27) {
      point, _ in
      point.numbers[0]
    }
    #expect(found.map(\.count) == [27, 9, 3, 1])
    #expect(found.map { $0[0].epochs } == [1, 3, 9, nil])
    let best = found[0].sorted { $0.point.numbers[0] < $1.point.numbers[0] }
    for (round, count) in [(1, 9), (2, 3), (3, 1)] {
      #expect(Set(found[round].map(\.index)) == Set(best.prefix(count).map(\.index)))
    }
    // Each keeps its point.
    #expect(found[3][0].point == found[0][found[3][0].index].point)
  }

  /// What looked good early is judged anew at each rung.
  @Test func lateBloomers() throws {
    let found = try rounds(SuccessiveHalving(trials: 16, factor: 4), space, epochs: 16) {
      point, epochs in
      epochs < 4 ? point.numbers[0] : -point.numbers[0]
    }
    let second = found[1].map { $0.point.numbers[0] }
    #expect(found[2].map { $0.point.numbers[0] } == [second.max() ?? 0])
  }

  @Test(arguments: [
    (10, 3.0, 1, [1, 3, 10]), (100, 3, 1, [1, 4, 11, 33, 100]), (20, 2, 5, [5, 10, 20]),
    (8, 2, 3, [4, 8]), (3, 1.1, 2, [2, 3]),
  ])
  func lengths(_ epochs: Int, _ factor: Double, _ least: Int, _ expected: [Int]) throws {
    let strategy = SuccessiveHalving(trials: 200, factor: factor, least: least)
    let found = try rounds(strategy, space, epochs: epochs) { point, _ in point.numbers[0] }
    #expect(found.map { $0[0].epochs ?? epochs } == expected)
  }

  @Test func failedTrialsDoNotGoOn() throws {
    let found = try rounds(SuccessiveHalving(trials: 9, factor: 3), space, epochs: 9) { point, _ in
      point.numbers[0] < 0.5 ? .infinity : point.numbers[0]
    }
    #expect(found[1].allSatisfy { $0.point.numbers[0] >= 0.5 })
    let none = try rounds(SuccessiveHalving(trials: 9, factor: 3), space, epochs: 9) { _, _ in
      .infinity
    }
    #expect(none.count == 1)
  }

  @Test func nothingToHalve() {
    #expect { try SuccessiveHalving(trials: 9).check(space, epochs: 1) } throws: {
      ($0 as? PluginError)?.parameter == "least"
    }
    #expect { try SuccessiveHalving(trials: 9, factor: 4).check(space, epochs: 3) } throws: {
      ($0 as? PluginError)?.parameter == "factor"
    }
  }
}
