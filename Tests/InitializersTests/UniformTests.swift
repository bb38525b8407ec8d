import EspalierConformance
import EspalierInitializers
import EspalierProtocols
import Testing

@Suite struct UniformTests {
  @Test func agreesWithReference() throws {
    try checkDistribution("uniform") {
      Uniform(low: Float($0.number("low")!), high: Float($0.number("high")!))
    }
  }

  @Test func limitsInTheWrongOrderAreRefused() {
    #expect(throws: PluginError.self) { try Uniform(low: 1, high: -1).validate() }
  }
}
