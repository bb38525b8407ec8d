import EspalierConformance
import EspalierInitializers
import EspalierProtocols
import Testing

@Suite struct ConstantTests {
  @Test func agreesWithReference() throws {
    try checkDistribution("constant", named: ["constant"]) { Constant(Float($0.number("value")!)) }
  }

  @Test func theNumberIsRequired() {
    guard case .parameter(let value)? = Schema(of: Constant())["value"]?.content else { return }
    #expect(value.defaultConfigValue == nil)
  }
}
