import EspalierProtocols

/// The mean over all values of something of each error.
struct ErrorMean: MetricAccumulator {
  /// Of prediction − target, and the target.
  let term: (_ error: Double, _ target: Double) -> Double
  let finish: (Double) -> Double
  private var sum = 0.0
  private var count = 0

  init(
    finish: @escaping (Double) -> Double = { $0 },
    _ term: @escaping (_ error: Double, _ target: Double) -> Double
  ) {
    self.term = term
    self.finish = finish
  }

  mutating func update(_ batch: MetricBatch) {
    let values = batch.count * batch.width
    // Summed by batch first: many small terms are not lost beside a large sum.
    var part = 0.0
    for index in 0..<values {
      let target = Double(batch.targets[index])
      part += term(Double(batch.predictions[index]) - target, target)
    }
    sum += part
    count += values
  }

  func result() -> MetricResult { .number(count == 0 ? .nan : finish(sum / Double(count))) }

  var state: [Double] {
    get { [sum, Double(count)] }
    set { if newValue.count == 2 { (sum, count) = (newValue[0], Int(newValue[1])) } }
  }

  mutating func reset() {
    sum = 0
    count = 0
  }
}
