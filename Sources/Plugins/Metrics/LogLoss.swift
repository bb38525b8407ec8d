import EspalierProtocols

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The mean of −log p, p the probability given to the true class, in nats.
///
/// With one probability a sample it is that of class 1. Probabilities below 2.2e-16 count as that, so
/// that a certain wrong prediction costs 36 and not infinity.
public struct LogLoss: Metric {
  public static let manifest = Manifest(
    "log_loss", "mean of −log p(true class), in nats", aliases: ["cross_entropy"])
  public static let task = LearningTask.classification
  public static let higherIsBetter = false

  public init() {}

  public func makeAccumulator(_ target: TargetDescription) -> any MetricAccumulator {
    Accumulator(classes: target.count)
  }

  private struct Accumulator: MetricAccumulator {
    let classes: Int
    var sum = 0.0
    var total = 0

    mutating func update(_ batch: MetricBatch) {
      for sample in 0..<batch.count {
        guard let truth = batch.classNumber(sample, below: classes) else { continue }
        let probability: Double
        if batch.width == 1 {
          let one = Double(batch.predictions[sample])
          probability = truth == 1 ? one : 1 - one
        } else {
          guard truth < batch.width else { continue }
          probability = Double(batch.predictions[sample * batch.width + truth])
        }
        // Written so that a probability that is no number makes the loss none.
        sum -= log(probability < .ulpOfOne ? .ulpOfOne : probability)
        total += 1
      }
    }

    func result() -> MetricResult { .number(total == 0 ? .nan : sum / Double(total)) }

    var state: [Double] {
      get { [sum, Double(total)] }
      set { if newValue.count == 2 { (sum, total) = (newValue[0], Int(newValue[1])) } }
    }

    mutating func reset() {
      sum = 0
      total = 0
    }
  }
}
