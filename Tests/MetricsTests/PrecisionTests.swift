import EspalierMetrics
import EspalierProtocols
import EspalierReferences
import Testing

@Suite struct PrecisionTests {
  @Test(arguments: [ClassAverage.macro, .micro, .weighted])
  func followsTheReference(average: ClassAverage) throws {
    try checkClasses("precision_" + average.rawValue, Precision(average: average))
  }

  @Test func oneClassAlone() throws {
    for reference in try Oracle.cases("metrics/classification") {
      let count = Int(reference.number("classes")!)
      for number in 0..<count {
        for positive in ["\(number)", "class \(number)"] {
          let result = measure(
            Precision(average: .binary, positive: positive), classes(count),
            predictions: oneHot(reference.inputs["predictions"]!.values, count),
            targets: reference.inputs["labels"]!.values, width: count)
          let expected = try #require(reference.outputs["precision_per_class"]).values[number]
          #expect(abs(result.number! - expected) < 1e-11)
        }
      }
    }
  }

  @Test func isUndefinedForNoSamples() { checkEmpty(Precision(), classes(2), width: 1) }

  @Test func anUnknownPositiveClassHasNoScore() {
    let result = measure(
      Precision(average: .binary, positive: "bird"), classes(2), predictions: [0.9], targets: [1],
      width: 1)
    #expect(result.number!.isNaN)
  }

  /// One of three calls of the second class is right.
  @Test func theSecondClassIsPositiveUnlessGiven() {
    let result = measure(
      Precision(average: .binary), classes(2), predictions: oneHot([1, 1, 1, 0], 2),
      targets: [1, 0, 0, 1], width: 2)
    #expect(abs(result.number! - 1.0 / 3) < 1e-12)
  }
}
