import EspalierInitializers
import EspalierProtocols
import EspalierReferences
import Testing

@Suite struct TruncatedNormalTests {
  @Test func agreesWithReference() throws {
    try checkDistribution("truncated_normal") { reference in
      func number(_ name: String) -> Float { Float(reference.number(name)!) }
      return TruncatedNormal(
        mean: number("mean"), std: number("std"), low: number("a"), high: number("b"))
    }
  }

  @Test func limitsInTheWrongOrderAreRefused() {
    #expect(throws: PluginError.self) { try TruncatedNormal(low: 1, high: -1).validate() }
  }

  @Test func anIntervalWithoutMassIsRefused() {
    #expect { try TruncatedNormal(std: 1, low: 10, high: 11).validate() } throws: {
      "\($0)".contains("next to no values")
    }
  }

  @Test func twoDeviationsAreTheDefault() throws {
    let reference = try #require(try Oracle.cases("initializers/truncated_normal").first)
    let values = try draw(TruncatedNormal(std: 0.5), reference)
    #expect(values.allSatisfy { abs($0) <= 1 } && values.contains { abs($0) > 0.9 })
  }
}
