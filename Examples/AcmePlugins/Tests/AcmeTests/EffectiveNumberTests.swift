import Espalier
import EspalierConformance
import Testing

@testable import Acme

@Suite struct EffectiveNumberTests {
  @Test func conforms() throws {
    try checkSample(of: EffectiveNumber.self)
    try checkDeterminism(of: EffectiveNumber())
    try checkRoundTrip(of: EffectiveNumber(beta: 0.9))
  }
}
