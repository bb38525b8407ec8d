import EspalierConformance
import EspalierMetrics
import EspalierProtocols
import Testing

@Suite struct AccuracyTests {
  @Test func followsTheReference() throws { try checkClasses("accuracy", Accuracy()) }
  @Test func isUndefinedForNoSamples() { checkEmpty(Accuracy(), classes(2), width: 1) }

  @Test func oneProbabilityIsMeasuredAgainstAHalf() {
    let result = measure(
      Accuracy(), classes(2), predictions: [0.5, 0.49, 0.9, 0.1], targets: [1, 0, 0, 1], width: 1)
    #expect(result.number == 0.5)
  }

  @Test func targetsThatAreNoClassAreWrong() {
    let result = measure(
      Accuracy(), classes(2), predictions: [1, 0, 1, 0, 1, 0, 1, 0], targets: [0, -1, 7, .nan],
      width: 2)
    #expect(result.number == 0.25)
  }
}
