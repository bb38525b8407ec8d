import EspalierConformance
import EspalierProtocols
import EspalierSchedulers
import Testing

@Suite struct ExponentialDecayTests {
  @Test func followsTheReference() throws {
    try check("exponential") { ExponentialDecay(gamma: $0.number("gamma")!) }
    try check("exponential_k") { ExponentialDecay(k: $0.number("k")!) }
    try check("multiplicative") { ExponentialDecay(gamma: $0.number("factor")!) }
  }

  @Test func needsGammaOrK() {
    #expect(throws: PluginError.self) { try ExponentialDecay().validate() }
    var both = ExponentialDecay(gamma: 0.9)
    both.k = 1
    #expect(throws: PluginError.self) { try both.validate() }
  }
}
