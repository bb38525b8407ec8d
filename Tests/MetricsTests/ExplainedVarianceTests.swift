import EspalierMetrics
import EspalierProtocols
import EspalierReferences
import Testing

@Suite struct ExplainedVarianceTests {
  @Test func followsTheReference() throws {
    try checkRegression("explained_variance", ExplainedVariance())
  }
  @Test func isUndefinedForNoSamples() {
    checkEmpty(ExplainedVariance(), .values(["y"]), width: 1)
  }

  @Test func anOffsetIsNoError() {
    let targets: [Double] = [1, 2, 4, 8]
    let result = measure(
      ExplainedVariance(), .values(["y"]), predictions: targets.map { $0 + 3 }, targets: targets,
      width: 1)
    #expect(result.number == 1)
  }

  @Test func aTargetThatNeverChanges() {
    func share(_ predictions: [Double]) -> Double {
      measure(
        ExplainedVariance(), .values(["y"]), predictions: predictions, targets: [2, 2, 2], width: 1
      ).number!
    }
    #expect(share([3, 3, 3]) == 1)
    #expect(share([2, 2, 3]) == 0)
    #expect(share([2, 2, .nan]).isNaN)
  }
}
