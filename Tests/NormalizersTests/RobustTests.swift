import EspalierNormalizers
import EspalierReferences
import Testing

@Suite struct RobustTests {
  @Test func agreesWithTheReference() throws {
    for reference in try Oracle.cases("preprocessing/robust") {
      try check(
        reference,
        Robust(
          quantileLow: reference.number("quantile_low")!,
          quantileHigh: reference.number("quantile_high")!))
    }
  }

  @Test func refusesQuantilesOutOfOrder() {
    #expect(
      complaint { try Robust(quantileLow: 75, quantileHigh: 25).validate() }.contains("below"))
  }

  /// Of 0, 1, …, 7 the median is 3.5 and the quartiles are 1.75 and 5.25.
  @Test func allNumbersMayBeOneGroup() throws {
    let transform = try Robust(per: .all).fit(try training([0, 1, 2, 3, 4, 5, 6, 7], [2]))
    #expect(transform.applied(to: .init([1, 2], [0, 7])).values == [-1, 1])
  }

  /// What is too much to be held is counted, to the same numbers.
  @Test func countsWhatItMayNotHold() throws {
    let values = (0..<6000).map { Double(($0 * 7919) % 1009) / 7 - 40 }
    let samples = try training(values, [3, 2])
    for per in [Grouping.channel, .pixel, .all] {
      let robust = Robust(quantileLow: 12, quantileHigh: 81, per: per)
      let held = try robust.fit(samples)
      let counted = try robust.fit(samples, mostHeld: 0)
      #expect(counted.state == held.state, "\(per)")
    }
    let bad = try training(Array(values.dropLast()) + [.nan], [3, 2])
    #expect(
      complaint { _ = try Robust().fit(bad, mostHeld: 0) }
        == complaint { _ = try Robust().fit(bad) })
  }
}
