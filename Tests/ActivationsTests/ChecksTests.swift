import EspalierActivations
import EspalierProtocols
import EspalierReferences
import Testing

/// The comparison itself notices what is wrong.
@Suite struct ChecksTests {
  @Test func aWrongResultIsFound() throws {
    let reference = try #require(try Oracle.cases("activations/relu").first)
    let differences = try reference.differences { ["y": abs($1["x"]!)] }
    #expect(differences.contains { $0.contains("gradient of x") })
    #expect(differences.contains { $0.contains("y[") })
  }

  @Test func aWrongGradientIsFound() throws {
    let reference = try #require(try Oracle.cases("activations/tanh").first)
    let differences = try reference.differences {
      let x = $1["x"]!
      return ["y": tanh(x).withoutGradient() + 1.001 * x - (1.001 * x).withoutGradient()]
    }
    #expect(differences.count == 2 && differences.allSatisfy { $0.contains("gradient of x") })
  }
}
