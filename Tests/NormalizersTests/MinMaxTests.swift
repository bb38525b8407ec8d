import EspalierNormalizers
import EspalierProtocols
import EspalierReferences
import Testing

@Suite struct MinMaxTests {
  @Test func agreesWithTheReference() throws {
    for reference in try Oracle.cases("preprocessing/min_max") {
      let plugin = MinMax(
        low: Float(reference.number("low")!), high: Float(reference.number("high")!))
      try check(reference, plugin)
    }
  }

  @Test func trainingSamplesFillTheRangeExactly() throws {
    let transform = try MinMax().fit(try training([0.1, 0.7, 0.30000001], [1]))
    let found = transform.applied(to: .init([2, 1], [0.1, 0.7]))
    #expect(found.values == [0, 1])
  }

  /// The first channel lies between −1 and 3, the second between 10 and 20, whatever the place in it.
  @Test func channelsHaveTheirExtremes() throws {
    let transform = try MinMax().fit(try training([-1, 1, 10, 12, 2, 3, 15, 20], [2, 1, 2]))
    let found = transform.applied(to: .init([1, 2, 1, 2], [-1, 1, 12.5, 20]))
    #expect(found.values == [0, 0.5, 0.25, 1])
  }

  @Test func refusesAnEmptyRange() {
    #expect(complaint { try MinMax(low: 1, high: 1).validate() }.contains("low"))
    #expect(complaint { try MinMax(low: -1, high: 1).validate() } == "")
  }
}
