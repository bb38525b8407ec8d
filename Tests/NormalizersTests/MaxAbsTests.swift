import EspalierNormalizers
import EspalierReferences
import Testing

@Suite struct MaxAbsTests {
  @Test func agreesWithTheReference() throws {
    for reference in try Oracle.cases("preprocessing/max_abs") { try check(reference, MaxAbs()) }
  }
}
