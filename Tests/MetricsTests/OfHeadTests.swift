import EspalierMetrics
import EspalierProtocols
import Testing

@Suite struct OfHeadTests {
  @Test func measuresItsPart() {
    // Scores of three classes and a value; a class and a value.
    let predictions = [0.1, 0.7, 0.2, 5, 0.8, 0.1, 0.1, 3]
    let targets = [1.0, 4, 2, 3]
    // All at once, and with the state handed on after each sample.
    for batch in [1, 2] {
      func result(_ metric: OfHead) -> Double {
        measure(
          metric, .values(["a", "b"]), predictions: predictions, targets: targets, width: 4,
          batch: batch
        )
        .number ?? .nan
      }
      #expect(result(OfHead("kind", Accuracy(), outputs: 3)) == 0.5)
      #expect(result(OfHead("size", MAE(), firstOutput: 3, firstTarget: 1)) == 0.5)
      #expect(result(OfHead("none", MAE(), firstOutput: 4, firstTarget: 1)).isNaN)
    }
  }

  @Test func names() {
    let metric = OfHead("size", MAE())
    #expect(metric.resultName == "size_mae")
    #expect(!metric.prefersHigher)
    #expect(OfHead("kind", Accuracy()).prefersHigher)
  }
}
