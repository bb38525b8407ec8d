import EspalierMetrics
import EspalierProtocols
import EspalierReferences
import Testing

@Suite struct RecallTests {
  @Test(arguments: [ClassAverage.macro, .micro, .weighted])
  func followsTheReference(average: ClassAverage) throws {
    try checkClasses("recall_" + average.rawValue, Recall(average: average))
  }

  @Test func oneClassAlone() throws {
    for reference in try Oracle.cases("metrics/classification") {
      let count = Int(reference.number("classes")!)
      for number in 0..<count {
        for positive in ["\(number)", "class \(number)"] {
          let result = measure(
            Recall(average: .binary, positive: positive), classes(count),
            predictions: oneHot(reference.inputs["predictions"]!.values, count),
            targets: reference.inputs["labels"]!.values, width: count)
          let expected = try #require(reference.outputs["recall_per_class"]).values[number]
          #expect(abs(result.number! - expected) < 1e-11)
        }
      }
    }
  }

  @Test func isUndefinedForNoSamples() { checkEmpty(Recall(), classes(2), width: 1) }

  @Test func anUnknownPositiveClassHasNoScore() {
    let result = measure(
      Recall(average: .binary, positive: "bird"), classes(2), predictions: [0.9], targets: [1],
      width: 1)
    #expect(result.number!.isNaN)
  }
}
