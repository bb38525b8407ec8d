import EspalierMetrics
import EspalierProtocols
import EspalierReferences
import Testing

@Suite struct TopKTests {
  @Test func followsTheReference() throws {
    for reference in try Oracle.cases("metrics/top_k") {
      let scores = reference.inputs["scores"]!
      let result = measure(
        TopK(k: Int(reference.number("k")!)), classes(scores.shape[1]), predictions: scores.values,
        targets: reference.inputs["labels"]!.values, width: scores.shape[1])
      let problem = reference.difference(
        "accuracy", .init([], [result.number!]), reference.outputs["accuracy"]!)
      #expect(problem == nil, "\(reference.id): \(problem ?? "")")
    }
  }

  @Test func ofEqualOnesTheFirstCounts() {
    func share(_ truth: Double, _ k: Int) -> Double? {
      measure(
        TopK(k: k), classes(3), predictions: [0.25, 0.5, 0.5], targets: [truth], width: 3
      ).number
    }
    #expect(share(1, 1) == 1)
    #expect(share(2, 1) == 0)
    #expect(share(2, 2) == 1)
    #expect(share(0, 2) == 0)
  }

  @Test func aProbabilityThatIsNoNumberIsNoHit() {
    let result = measure(
      TopK(k: 1), classes(2), predictions: [.nan, .nan], targets: [0], width: 2)
    #expect(result.number == 0)
  }

  @Test func isUndefinedForNoSamples() { checkEmpty(TopK(), classes(2), width: 1) }

  /// 0.9 and 0.8 for the second class, of which one is right; among two classes both are.
  @Test func oneProbabilityStandsForTwoClasses() {
    func share(_ k: Int) -> Double? {
      measure(TopK(k: k), classes(2), predictions: [0.9, 0.8], targets: [1, 0], width: 1).number
    }
    #expect(share(1) == 0.5)
    #expect(share(2) == 1)
  }
}
