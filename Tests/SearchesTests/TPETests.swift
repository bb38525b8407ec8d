import EspalierProtocols
import EspalierSearches
import Testing

@Suite struct TPETests {
  /// A bowl over a logarithm, a share, whole numbers and a choice; at its bottom 0.
  private func bowl(_ point: SearchPoint, _ epochs: Int) -> Double {
    let a = logarithm(point.numbers[0]) + 2.2
    let b = (point.numbers[2] - 0.15) / 0.25
    let c = (point.numbers[1] - 64) / 128
    return a * a + b * b + c * c + (point.numbers[3] == 1 ? 0 : 1)
  }

  private func best(_ strategy: some SearchStrategy, seed: Int) throws -> Double {
    try rounds(strategy, mixedSpace, seed: UInt64(seed), cost: bowl).flatMap { $0 }
      .map { bowl($0.point, 1) }.min() ?? .infinity
  }

  @Test func betterThanRandomOnABowl() throws {
    let tpe = try (0..<21).map { try best(TPE(trials: 30), seed: $0) }
    let random = try (0..<21).map { try best(RandomSearch(trials: 30), seed: $0) }
    #expect(median(tpe) < 0.6 * median(random), "\(median(tpe)), \(median(random))")
  }

  @Test func batchesLookAtAllBefore() throws {
    let strategy = TPE(trials: 17, startup: 6, batch: 4)
    let found = try rounds(strategy, mixedSpace, cost: bowl)
    #expect(
      found.map { $0.map(\.index) } == [
        Array(0..<6), [6, 7, 8, 9], [10, 11, 12, 13], [14, 15, 16],
      ])
    #expect(found[0] == (try rounds(RandomSearch(trials: 6), mixedSpace)[0]))
    #expect(found.flatMap { $0 }.allSatisfy { mixedSpace.contains($0.point) && $0.epochs == nil })
    #expect(Set(found.flatMap { $0.map(\.point) }).count == 17)
    // Longer, it begins with the same trials.
    let longer = try rounds(try #require(strategy.lengthened(to: 40)), mixedSpace, cost: bowl)
    #expect(Array(longer.flatMap { $0 }.prefix(17)) == found.flatMap { $0 })
    // Of other results it makes other trials, but for the first ones.
    let other = try rounds(strategy, mixedSpace) { -bowl($0, $1) }
    #expect(other[0] == found[0] && other[1] != found[1])
  }

  /// One good value among many: the next trials are near it, or have its choice.
  @Test func followsWhatIsGood() throws {
    let space = SearchSpace([
      SearchParameter("x", .uniform(0...1)),
      SearchParameter("kind", .choice((0..<4).map(ConfigValue.integer))),
    ])
    let trials = (0..<40).map { index in
      let x = (Double(index) + 0.5) / 40
      let kind = Double(index % 4)
      return FinishedTrial(
        index: index, point: SearchPoint([x, kind]), cost: abs(x - 0.7) + (kind == 2 ? 0 : 1),
        epochs: 1)
    }
    let state = SearchState(space: space, seed: 5, epochs: 1, trials: trials)
    let steps = TPE(trials: 1000, startup: 2, batch: 200, share: 0.1).steps(inRound: 1, of: state)
    #expect(steps.count { $0.point.numbers[1] == 2 } > 190)
    #expect(steps.count { abs($0.point.numbers[0] - 0.7) < 0.2 } > 150)
  }

  @Test func failedTrialsAreBad() throws {
    let found = try rounds(TPE(trials: 60), mixedSpace) { point, _ in
      point.numbers[3] == 0 ? .infinity : 1
    }
    let late = found.flatMap { $0 }.suffix(40)
    #expect(late.count { $0.point.numbers[3] == 0 } < 6)
    _ = try rounds(TPE(trials: 20), mixedSpace) { _, _ in .infinity }
  }

  @Test func valuesAsInTheFormula() {
    let range = SearchRange.uniform(0...1)
    // Three values: deviations 1/5, 0.3 and 0.3; Φ and φ by hand.
    let density = ParzenEstimator([0.4, 0.3, 0.7], of: range).density(0.5, in: range)
    // (1 + φ(1)/(0.2 · (Φ(3.5) − Φ(−1.5))) + φ(1/3)/(0.3 · (Φ(2) − Φ(−4/3)))
    //    + φ(−2/3)/(0.3 · (Φ(1) − Φ(−7/3)))) / 4
    let first = 0.24197072 / (0.2 * (0.99976737 - 0.06680720))
    let second = 0.37738323 / (0.3 * (0.97724987 - 0.09121122))
    let third = 0.31944801 / (0.3 * (0.84134475 - 0.00981533))
    #expect(abs(density - (1 + first + second + third) / 4) < 1e-6)

    let kinds = SearchRange.choice([.text("a"), .text("b"), .text("c")])
    let shares = ParzenEstimator([1, 1, 2], of: kinds)
    let found = (0..<3).map { shares.density(Double($0), in: kinds) }
    #expect(found == [1.0 / 6, 0.5, 2.0 / 6])
  }

  /// They add up to one, and draws are as they say.
  @Test(arguments: [[0.1], [0.1, 0.2, 0.9], [0.02, 0.5, 0.5, 0.55, 0.6, 0.99]])
  func densities(_ values: [Double]) {
    let range = SearchRange.uniform(0...1)
    let estimator = ParzenEstimator(values, of: range)
    var random = CounterRandom(seed: 1, stream: "test")
    let draws = (0..<20_000).map { _ in estimator.draw(range, &random) }
    var sum = 0.0
    for part in 0..<10 {
      let low = Double(part) / 10
      let share = (0..<100).reduce(0) {
        $0 + estimator.density(low + (Double($1) + 0.5) / 1000, in: range) / 1000
      }
      let drawn = Double(draws.count { $0 >= low && $0 < low + 0.1 }) / 20_000
      #expect(abs(share - drawn) < 0.012, "\(low): \(share), \(drawn)")
      sum += share
    }
    #expect(abs(sum - 1) < 1e-3)
  }
}
