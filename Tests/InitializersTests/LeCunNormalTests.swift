import EspalierConformance
import EspalierInitializers
import EspalierProtocols
import Testing

@Suite struct LeCunNormalTests {
  @Test func agreesWithReference() throws {
    try checkDistribution("lecun", named: ["lecun_normal"]) { _ in LeCunNormal() }
  }
}
