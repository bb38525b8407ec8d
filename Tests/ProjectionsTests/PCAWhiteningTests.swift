import EspalierConformance
import EspalierProjections
import EspalierProtocols
import EspalierReferences
import Testing

@Suite struct PCAWhiteningTests {
  @Test func agreesWithTheReference() throws {
    for reference in try Oracle.cases("preprocessing/pca_whitening") {
      var plugin = PCAWhitening(
        components: Int(reference.number("k")!), epsilon: reference.number("eps")!)
      plugin.correction = Int(reference.number("ddof")!)
      try check(reference, plugin, anySign: true)
    }
  }

  @Test(arguments: ["digits", "made"])
  func manyFeatures(_ name: String) throws {
    let expected = try PrincipalComponents(name)
    let data = try PrincipalComponents.samples(name)
    let transform = try PCAWhitening(components: expected.count).fit(try training(data))
    expected.compare(transform, data, "whitened")
  }

  @Test func directionsWithoutVarianceBecomeZero() throws {
    // The second feature is twice the first, the third is constant.
    let data = Evaluation.Array([3, 3], [1, 2, 5, 2, 4, 5, 4, 8, 5])
    let found = try PCAWhitening().fit(try training(data)).applied(to: data)
    for row in 0..<3 {
      #expect(found.values[row * 3 + 1] == 0 && found.values[row * 3 + 2] == 0)
    }
    #expect(!found.values.contains { !$0.isFinite })
  }
}
