import EspalierInitializers
import EspalierProtocols
import EspalierReferences
import Testing

@Suite struct HeUniformTests {
  @Test func agreesWithReference() throws {
    try checkDistribution("kaiming_uniform") {
      reference in
      HeUniform(
        mode: FanMode(rawValue: reference.text("mode")!)!, slope: Float(reference.number("a")!),
        gain: reference.text("nonlinearity") == "linear" ? 1 : nil)
    }
  }

  @Test func takesAnyGain() throws {
    let reference = try #require(try Oracle.cases("initializers/kaiming_uniform").first)
    let narrow = try draw(HeUniform(gain: 1), reference)
    let wide = try draw(HeUniform(gain: 2), reference)
    #expect(zip(narrow, wide).allSatisfy { abs($0 * 2 - $1) < 1e-6 })
  }
}
