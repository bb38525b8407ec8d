import EspalierMetrics
import EspalierProtocols
import EspalierReferences
import Testing

@Suite struct LogLossTests {
  @Test func followsTheReference() throws {
    for reference in try Oracle.cases("metrics/probability") {
      guard let expected = reference.outputs["log_loss"] else { continue }
      let probabilities = reference.inputs["probabilities"]!
      let width = probabilities.shape.rank == 1 ? 1 : probabilities.shape[1]
      let result = measure(
        LogLoss(), classes(max(width, 2)), predictions: probabilities.values,
        targets: reference.inputs["labels"]!.values, width: width)
      let problem = reference.difference("log_loss", .init([], [result.number!]), expected)
      #expect(problem == nil, "\(reference.id): \(problem ?? "")")
    }
  }

  @Test func lessIsBetter() { #expect(!LogLoss.higherIsBetter) }
  @Test func isUndefinedForNoSamples() { checkEmpty(LogLoss(), classes(2), width: 1) }

  @Test func aProbabilityThatIsNoNumberMakesItNone() {
    let result = measure(
      LogLoss(), classes(2), predictions: [.nan, 0.5], targets: [1, 1], width: 1)
    #expect(result.number!.isNaN)
  }
}
