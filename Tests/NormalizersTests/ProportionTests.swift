import EspalierNormalizers
import EspalierReferences
import Testing

@Suite struct ProportionTests {
  @Test func agreesWithTheReference() throws {
    for reference in try Oracle.cases("preprocessing/proportion") {
      try check(reference, Proportion())
    }
  }

  @Test func aSumOfZeroDividesByOne() throws {
    let transform = try Proportion().fit(try training([1, 2, -1, 2], [2]))
    #expect(transform.applied(to: .init([1, 2], [3, 1])).values == [3, 0.25])
  }
}
