import EspalierMetrics
import EspalierProtocols
import Testing

@Suite struct LabelErrorRateTests {
  private func rate(
    _ metric: LabelErrorRate, _ predictions: [Float], _ targets: [Float], count: Int, width: Int
  ) -> Double {
    var accumulator = metric.makeAccumulator(.values((0..<targets.count / count).map { "\($0)" }))
    predictions.withUnsafeBufferPointer { predictions in
      targets.withUnsafeBufferPointer { targets in
        accumulator.update(
          MetricBatch(count: count, width: width, predictions: predictions, targets: targets))
      }
    }
    return accumulator.result().number ?? .nan
  }

  @Test func edits() {
    // kitten → sitting needs three edits: 1 2 3 3 4 5 and 6 2 3 3 2 5 7.
    let kitten: [Float] = [1, 2, 3, 3, 4, 5, -1, -1]
    let sitting: [Float] = [6, 2, 3, 3, 2, 5, 7]
    #expect(rate(LabelErrorRate(), kitten, sitting, count: 1, width: 8) == 3.0 / 7)
    #expect(rate(LabelErrorRate(), [1, 2, -1], [1, 2], count: 1, width: 3) == 0)
    #expect(rate(LabelErrorRate(), [-1, -1], [1, 2], count: 1, width: 2) == 1)
    // Two samples: no edit of one label, and two for one label.
    #expect(rate(LabelErrorRate(), [1, -1, 2, 3], [1, -1, 1, -1], count: 2, width: 2) == 1)
  }

  @Test func leadingLength() {
    #expect(
      rate(LabelErrorRate(leadingLength: true), [1, 2], [9, 1, 2], count: 1, width: 2) == 0)
    #expect(rate(LabelErrorRate(), [-1], [-1], count: 1, width: 1).isNaN)
  }

  /// One edit of two labels, then none of one; whole, and as of a run that is resumed between them.
  @Test(arguments: [1, 2]) func countsAreKept(_ batch: Int) {
    let result = measure(
      LabelErrorRate(), .values(["a", "b"]), predictions: [1, 2, 3, -1], targets: [1, 3, 3, -1],
      width: 2, batch: batch)
    #expect(abs(result.number! - 1.0 / 3) < 1e-12)
  }
}
