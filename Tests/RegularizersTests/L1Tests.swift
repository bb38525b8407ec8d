import EspalierConformance
import EspalierProtocols
import EspalierRegularizers
import Testing

@Suite struct L1Tests {
  @Test func followsTheReference() throws { try check("l1") { L1(strength: $0.number("lambda")!) } }

  @Test func takesWhatItDeclares() throws {
    try checkSelection("l1") { L1(strength: $0, biases: $1) }
  }
}
