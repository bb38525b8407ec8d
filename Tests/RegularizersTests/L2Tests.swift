import EspalierConformance
import EspalierProtocols
import EspalierRegularizers
import Testing

@Suite struct L2Tests {
  @Test func followsTheReference() throws {
    try check("l2_half") { L2(strength: $0.number("lambda")!) }
    // Without the half: twice the strength.
    try check("l2_sum") { L2(strength: 2 * $0.number("lambda")!) }
  }

  @Test func takesWhatItDeclares() throws {
    try checkSelection("l2_half") { L2(strength: $0, biases: $1) }
  }

  @Test func hasTheNamesOfItsConfig() {
    #expect(Schema(of: L2(strength: 1)).items.map(\.name) == ["strength", "layers", "biases"])
  }
}
