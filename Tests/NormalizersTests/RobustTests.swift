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
}
