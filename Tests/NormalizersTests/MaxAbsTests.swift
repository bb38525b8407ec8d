import EspalierNormalizers
import EspalierReferences
import Testing

@Suite struct MaxAbsTests {
  @Test func agreesWithTheReference() throws {
    for reference in try Oracle.cases("preprocessing/max_abs") { try check(reference, MaxAbs()) }
  }

  @Test func whatWasZeroStays() throws {
    let transform = try MaxAbs().fit(try training([0, 2, 0, -4], [2]))
    #expect(transform.applied(to: .init([1, 2], [3, 1])).values == [3, 0.25])
  }
}
