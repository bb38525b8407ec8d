import EspalierMetrics
import EspalierProtocols
import EspalierReferences
import Testing

@Suite struct F1Tests {
  @Test(arguments: [ClassAverage.macro, .micro, .weighted])
  func followsTheReference(average: ClassAverage) throws {
    try checkClasses("f1_" + average.rawValue, F1(average: average))
  }

  @Test func oneClassAlone() throws {
    for reference in try Oracle.cases("metrics/classification") {
      let count = Int(reference.number("classes")!)
      for number in 0..<count {
        for positive in ["\(number)", "class \(number)"] {
          let result = measure(
            F1(average: .binary, positive: positive), classes(count),
            predictions: oneHot(reference.inputs["predictions"]!.values, count),
            targets: reference.inputs["labels"]!.values, width: count)
          let expected = try #require(reference.outputs["f1_per_class"]).values[number]
          #expect(abs(result.number! - expected) < 1e-11)
        }
      }
    }
  }

  @Test func isUndefinedForNoSamples() { checkEmpty(F1(), classes(2), width: 1) }

  @Test func anUnknownPositiveClassHasNoScore() {
    let result = measure(
      F1(average: .binary, positive: "bird"), classes(2), predictions: [0.9], targets: [1], width: 1
    )
    #expect(result.number!.isNaN)
  }
}
