import EspalierHost
import EspalierProtocols
import Testing

@Suite struct ParameterImportanceTests {
  private static let space = SearchSpace([
    SearchParameter("planted", .logUniform(1e-4...1)),
    SearchParameter("nothing", .uniform(0...1)),
    SearchParameter("kind", .choice([.text("a"), .text("b"), .text("c")])),
    SearchParameter("same", .choice([.text("only")])),
  ])

  private func points(_ count: Int, seed: UInt64) -> [SearchPoint] {
    let state = SearchState(space: Self.space, seed: seed, epochs: 1)
    return (0..<count).map { state.randomPoint($0) }
  }

  /// The results follow a bowl of the first parameter, a little of the third, and nothing of the second.
  @Test(arguments: 0..<10) func findsWhatIsPlanted(_ seed: UInt64) throws {
    let points = points(60, seed: seed)
    let costs = points.map { point in
      let u = Self.space.parameters[0].range.position(of: point.numbers[0]) - 0.3
      return u * u + (point.numbers[2] == 1 ? 0 : 0.01)
    }
    let shares = ParameterImportance.of(Self.space, points: points, costs: costs)
    let planted = try #require(shares[0])
    #expect(planted > 0.6 && planted <= 1)
    #expect(try #require(shares[1]) < 0.2)
    #expect(try #require(shares[2]) < planted / 2)
    #expect(shares[3] == nil)
  }

  /// Without an effect, the mean over many searches is small: what chance gives is taken off.
  @Test func chanceIsTakenOff() throws {
    let shares = try (0..<200).map { seed in
      let points = points(25, seed: UInt64(seed))
      var random = CounterRandom(seed: UInt64(seed), stream: "costs")
      let costs = points.map { _ in random.fraction() }
      return try #require(ParameterImportance.of(Self.space, points: points, costs: costs)[1])
    }
    #expect(shares.reduce(0, +) / 200 < 0.08)
  }

  /// Two groups of two: ranks 0, 1 and 2, 3; by hand.
  @Test func numbersByHand() throws {
    let space = SearchSpace([SearchParameter("x", .choice([.integer(0), .integer(1)]))])
    let points = [0, 0, 1, 1].map { SearchPoint([$0]) }
    // Ranks 0, 1, 2, 3: total 5, between 4, within 1: (4 − 1 · 1 / 2) / 5.
    let apart = ParameterImportance.of(space, points: points, costs: [0.1, 0.2, 700, 800])
    #expect(apart == [0.7])
    // Ranks 0, 3, 1, 2: groups of equal means; below 0 is 0.
    #expect(ParameterImportance.of(space, points: points, costs: [1, 4, 2, 3]) == [0])
    // Failed trials come last, and alike: ranks 0, 1, 2.5, 2.5.
    let failed = ParameterImportance.of(space, points: points, costs: [1, 2, .infinity, .infinity])
    let expected = (4 - 0.5 / 2) / 4.5
    #expect(abs(try #require(failed[0]) - expected) < 1e-12)
    #expect(ParameterImportance.of(space, points: points, costs: [1, 1, 1, 1]) == [nil])
    #expect(ParameterImportance.of(space, points: [points[0]], costs: [1]) == [nil])
  }
}
