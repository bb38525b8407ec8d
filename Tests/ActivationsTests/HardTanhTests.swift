import EspalierActivations
import EspalierConformance
import EspalierProtocols
import Testing

@Suite struct HardTanhTests {
  @Test func agreesWithReference() throws {
    try checkCases("hard_tanh") {
      HardTanh(low: Float($0.number("min_val")!), high: Float($0.number("max_val")!))
    }
  }

  @Test func gradientIsTheSlope() throws { try checkSlopes(HardTanh(low: -1.5, high: 2)) }

  @Test func limitsInTheWrongOrderAreRefused() {
    #expect(throws: PluginError.self) { try HardTanh(low: 1, high: -1).validate() }
  }
}
