import EspalierConformance
import EspalierProtocols
import EspalierSchedulers
import Testing

@Suite struct PlateauTests {
  @Test func followsTheReference() throws {
    try check("plateau") {
      Plateau(
        factor: $0.number("factor")!, patience: Int($0.number("patience")!),
        threshold: $0.number("threshold")!,
        thresholdMode: $0.text("threshold_mode") == "abs" ? .absolute : .relative,
        cooldown: Int($0.number("cooldown")!), minimum: $0.number("min_lr")!,
        mode: Plateau.Mode(rawValue: $0.text("mode")!)!)
    }
  }

  @Test func tellsErrorsFromScoresByName() {
    func rate(_ monitor: String, _ values: [Double]) -> Double {
      rates(
        Plateau(monitor: monitor, factor: 0.5, patience: 0), base: 1, steps: values.count + 1,
        metrics: values.map { [monitor: $0] }
      ).last!
    }
    #expect(rate("validation_loss", [3, 2, 1]) == 1)
    #expect(rate("validation_rmse", [1, 2]) == 0.5)
    #expect(rate("validation_accuracy", [0.1, 0.2]) == 1)
    #expect(rate("validation_accuracy", [0.2, 0.1]) == 0.5)
  }

  @Test func whatIsNoNumberIsNoImprovement() {
    let metrics = [Double.nan, .infinity, 1, .nan].map { ["validation_loss": $0] }
    let scheduler = Plateau(factor: 0.5, patience: 1)
    #expect(rates(scheduler, base: 1, steps: 5, metrics: metrics) == [1, 1, 0.5, 0.5, 0.5])
  }

  @Test func otherResultsAreIgnored() {
    let metrics = [[String: Double]](repeating: ["train_loss": 1], count: 4)
    #expect(rates(Plateau(factor: 0.5, patience: 0), base: 1, steps: 5, metrics: metrics).last == 1)
  }
}
