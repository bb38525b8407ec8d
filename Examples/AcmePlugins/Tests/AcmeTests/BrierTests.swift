import Espalier
import EspalierConformance
import Testing

@testable import Acme

@Suite struct BrierTests {
  @Test func conforms() throws {
    try checkSample(of: Brier.self)
    try checkRoundTrip(of: Brier())
  }

  @Test func values() {
    var count = Brier().makeAccumulator(.classes(["a", "b", "c"]))
    let predictions: [Float] = [0.5, 0.25, 0.25, 0, 1, 0]
    predictions.withUnsafeBufferPointer { predictions in
      [Float](arrayLiteral: 0, 1).withUnsafeBufferPointer { targets in
        count.update(MetricBatch(count: 2, width: 3, predictions: predictions, targets: targets))
      }
    }
    // ¼ + 1/16 + 1/16 for the first sample, nothing for the second.
    #expect(count.result().number == 0.1875)
  }
}
