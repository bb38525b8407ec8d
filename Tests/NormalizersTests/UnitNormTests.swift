import EspalierConformance
import EspalierNormalizers
import EspalierProtocols
import EspalierReferences
import Testing

@Suite struct UnitNormTests {
  @Test func agreesWithTheReference() throws {
    for reference in try Oracle.cases("preprocessing/row_normalize") {
      let x = reference.inputs["x"]!
      let plugin = UnitNorm(try #require(UnitNorm.Norm(rawValue: reference.text("norm")!)))
      let transform = plugin.fit(try training(x))
      let found = transform.applied(to: x)
      #expect(
        reference.difference("y", found, reference.outputs["y"]!, precision: .single) == nil)
      #expect(transform.inverted(found) == nil)
      #expect(plugin.restore([:], sampleShape: transform.outputShape).applied(to: x) == found)
    }
  }

  @Test func hugeNumbersDoNotOverflow() throws {
    let x = Evaluation.Array([1, 2], [3e30, 4e30])
    let found = UnitNorm().fit(try training(x)).applied(to: x)
    #expect(abs(found.values[0] - 0.6) < 1e-6 && abs(found.values[1] - 0.8) < 1e-6)
  }
}
