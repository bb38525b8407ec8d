import EspalierConformance
import EspalierInitializers
import EspalierProtocols
import Testing

@Suite struct ZerosTests {
  @Test func agreesWithReference() throws {
    try checkDistribution("constant", named: ["zeros"]) { _ in Zeros() }
  }
}
