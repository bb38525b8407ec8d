import EspalierConformance
import EspalierMetrics
import EspalierProtocols
import Testing

@Suite struct R2Tests {
  @Test func followsTheReference() throws { try checkRegression("r2", R2()) }
  @Test func isUndefinedForNoSamples() { checkEmpty(R2(), .values(["y"]), width: 1) }

  @Test func aSmallVarianceAroundALargeMeanSurvives() {
    // 2²³ + {0, 1, 2, 3}: exact in single precision, with squares that differ in the last digits.
    let targets = (0..<4).map { 8_388_608 + Double($0) }
    let predictions = targets.map { $0 + 1 }
    let result = measure(
      R2(), .values(["y"]), predictions: predictions, targets: targets, width: 1)
    #expect(abs(result.number! - (1 - 4 / 5.0)) < 1e-9)
  }

  @Test func aTargetThatNeverChanges() {
    func share(_ predictions: [Double]) -> Double {
      measure(
        R2(), .values(["y"]), predictions: predictions, targets: [2, 2, 2], width: 1
      ).number!
    }
    #expect(share([2, 2, 2]) == 1)
    #expect(share([2, 2, 3]) == 0)
    #expect(share([2, 2, .nan]).isNaN)
  }

  @Test func oneSampleHasNoShare() {
    #expect(
      measure(R2(), .values(["y"]), predictions: [1], targets: [1], width: 1).number!.isNaN)
  }
}
