import EspalierConformance
import EspalierProtocols
import EspalierRegularizers
import Testing

@Suite struct ElasticNetTests {
  /// The reference's λΣ(βw² + |w|) is this with r = 1/(1 + 2β) and strength λ/r.
  @Test func followsTheReference() throws {
    try check("elastic_net") {
      let ratio = 1 / (1 + 2 * $0.number("beta")!)
      return ElasticNet(strength: $0.number("lambda")! / ratio, l1Ratio: ratio)
    }
  }
}
