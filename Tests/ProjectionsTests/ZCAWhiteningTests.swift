import EspalierConformance
import EspalierProjections
import EspalierProtocols
import EspalierReferences
import Testing

@Suite struct ZCAWhiteningTests {
  @Test func agreesWithTheReference() throws {
    for reference in try Oracle.cases("preprocessing/zca_whitening") {
      var plugin = ZCAWhitening(epsilon: reference.number("eps")!)
      plugin.correction = Int(reference.number("ddof")!)
      try check(reference, plugin, anySign: false)
      let expected = reference.outputs["matrix"]!
      let matrix = try plugin.fit(try training(reference.inputs["train"]!)).fitted("matrix")
      let problem = reference.difference(
        "matrix", .init(expected.shape, matrix), expected, precision: .single)
      #expect(problem == nil, "\(reference.id)")
    }
  }

  @Test func whitensAndKeepsTheShape() throws {
    let digits = try PrincipalComponents.samples("digits")
    let images = Evaluation.Array([1797, 1, 8, 8], digits.values)
    let transform = try ZCAWhitening(epsilon: 1e-2).fit(try training(images))
    #expect(transform.outputShape == [1, 8, 8])
    let found = transform.applied(to: images).values
    // A pixel in the middle: variance near 1, and no covariance with its neighbour.
    let a = (0..<1797).map { found[$0 * 64 + 27] }
    let b = (0..<1797).map { found[$0 * 64 + 28] }
    let variance = zip(a, a).reduce(0) { $0 + $1.0 * $1.1 } / 1796
    let covariance = zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } / 1796
    #expect(abs(variance - 1) < 0.02 && abs(covariance) < 0.01)
  }
}
