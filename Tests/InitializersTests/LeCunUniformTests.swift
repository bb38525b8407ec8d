import EspalierConformance
import EspalierInitializers
import EspalierProtocols
import Testing

@Suite struct LeCunUniformTests {
  @Test func agreesWithReference() throws {
    try checkDistribution("lecun", named: ["lecun_uniform"]) { _ in LeCunUniform() }
  }
}
