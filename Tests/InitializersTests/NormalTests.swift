import EspalierConformance
import EspalierInitializers
import EspalierProtocols
import Testing

@Suite struct NormalTests {
  @Test func agreesWithReference() throws {
    try checkDistribution("normal") {
      Normal(mean: Float($0.number("mean")!), std: Float($0.number("std")!))
    }
  }
}
