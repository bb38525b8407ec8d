import EspalierInitializers
import EspalierProtocols
import EspalierReferences
import Testing

@Suite struct HeNormalTests {
  @Test func agreesWithReference() throws {
    try checkDistribution("kaiming_normal") {
      reference in
      HeNormal(
        mode: FanMode(rawValue: reference.text("mode")!)!, slope: Float(reference.number("a")!),
        gain: reference.text("nonlinearity") == "linear" ? 1 : nil)
    }
  }

  @Test func takesAnyGain() throws {
    let reference = try #require(try Oracle.cases("initializers/kaiming_normal").first)
    let narrow = try draw(HeNormal(gain: 1), reference)
    let wide = try draw(HeNormal(gain: 2), reference)
    #expect(zip(narrow, wide).allSatisfy { abs($0 * 2 - $1) < 1e-6 })
  }
}
