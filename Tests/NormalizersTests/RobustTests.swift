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
}
