import Espalier

/// The mean squared distance of probabilities from what came true: 0 is perfect.
///
/// Of several classes Σ (p − o)² over the classes of a sample, 2 at worst; of one probability (p − o)²,
/// 1 at worst.
struct Brier: Metric {
  static let manifest = Manifest(
    "brier", "Σ(p - o)² of each sample, the mean: how far probabilities are from the truth",
    paper: "Brier, 1950")
  static let task = LearningTask.classification
  static let higherIsBetter = false

  func makeAccumulator(_ target: TargetDescription) -> any MetricAccumulator { Accumulator() }

  private struct Accumulator: MetricAccumulator {
    private var sum = 0.0
    private var count = 0

    mutating func update(_ batch: MetricBatch) {
      for sample in 0..<batch.count {
        let target = Int(batch.targets[sample])
        for place in 0..<batch.width {
          let truth = batch.width == 1 ? target : (place == target ? 1 : 0)
          let distance = Double(batch.predictions[sample * batch.width + place]) - Double(truth)
          sum += distance * distance
        }
      }
      count += batch.count
    }

    func result() -> MetricResult { .number(count == 0 ? .nan : sum / Double(count)) }

    mutating func reset() { (sum, count) = (0, 0) }

    var state: [Double] {
      get { [sum, Double(count)] }
      set { if newValue.count == 2 { (sum, count) = (newValue[0], Int(newValue[1])) } }
    }
  }
}
