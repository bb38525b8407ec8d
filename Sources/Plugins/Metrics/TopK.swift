import EspalierProtocols

/// The share of samples whose true class is among the k most probable ones, 0 to 1.
///
/// Of equal probabilities the class with the smaller number comes first, so that k = 1 is the accuracy.
public struct TopK: Metric {
  public static let manifest = Manifest(
    "top_k", "samples whose class is among the k most probable, as a share of all",
    aliases: ["top_k_accuracy"], sample: "{top_k: {k: 5}}")
  public static let task = LearningTask.classification

  @Parameter("how many classes are looked at", in: 1...) public var k: Int = 5

  public init() {}

  public init(k: Int) { self.k = k }

  public func makeAccumulator(_ target: TargetDescription) -> any MetricAccumulator {
    Accumulator(k: k, classes: target.count)
  }

  private struct Accumulator: MetricAccumulator {
    let k: Int
    let classes: Int
    var hits = 0
    var total = 0

    mutating func update(_ batch: MetricBatch) {
      total += batch.count
      for sample in 0..<batch.count {
        guard let truth = batch.classNumber(sample, below: classes) else { continue }
        if batch.width == 1 {
          // One probability stands for two classes: both are among the first two.
          if k >= 2 || batch.predictedClass(sample) == truth { hits += 1 }
        } else if truth < batch.width, rank(of: truth, batch, sample) < k {
          hits += 1
        }
      }
    }

    /// How many classes come before the true one; all of them if its probability is no number.
    private func rank(of truth: Int, _ batch: MetricBatch, _ sample: Int) -> Int {
      let row = sample * batch.width
      let own = batch.predictions[row + truth]
      guard !own.isNaN else { return batch.width }
      var before = 0
      for number in 0..<batch.width where number != truth {
        let other = batch.predictions[row + number]
        if other > own || other == own && number < truth { before += 1 }
      }
      return before
    }

    func result() -> MetricResult { .number(total == 0 ? .nan : Double(hits) / Double(total)) }

    var state: [Double] {
      get { [Double(hits), Double(total)] }
      set { if newValue.count == 2 { (hits, total) = (Int(newValue[0]), Int(newValue[1])) } }
    }

    mutating func reset() {
      hits = 0
      total = 0
    }
  }
}
