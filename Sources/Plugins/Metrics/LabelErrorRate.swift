import EspalierProtocols

/// Edits that lead from the predicted to the true label sequences, over the number of true labels.
///
/// An edit puts a label in, takes one out, or changes one (Levenshtein, 1966). Sequences are class numbers,
/// −1 behind the last one, as `ctc` predicts and learns them.
public struct LabelErrorRate: Metric {
  public static let manifest = Manifest(
    "label_error_rate", "edits between predicted and true label sequences over the true labels",
    aliases: ["edit_distance"], paper: "Levenshtein, 1966", sample: "label_error_rate")
  public static let task = LearningTask.regression
  public static let higherIsBetter = false

  @Parameter("whether each target begins with the number of steps that count")
  public var leadingLength: Bool = false

  public init() {}
  public init(leadingLength: Bool) { self.leadingLength = leadingLength }

  public func makeAccumulator(_ target: TargetDescription) -> any MetricAccumulator {
    Accumulator(width: target.width, first: leadingLength ? 1 : 0)
  }

  private struct Accumulator: MetricAccumulator {
    let width: Int
    let first: Int
    var edits = 0.0
    var labels = 0.0

    mutating func update(_ batch: MetricBatch) {
      for sample in 0..<batch.count {
        let predicted = sequence(batch.predictions, sample * batch.width, batch.width)
        let expected = sequence(batch.targets, sample * width + first, width - first)
        edits += Double(distance(predicted, expected))
        labels += Double(expected.count)
      }
    }

    private func sequence(
      _ values: UnsafeBufferPointer<Float>, _ start: Int, _ count: Int
    ) -> [Float] {
      Array(values[start..<start + max(count, 0)].prefix { $0 >= 0 })
    }

    private func distance(_ a: [Float], _ b: [Float]) -> Int {
      var row = Array(0...b.count)
      for (i, x) in a.enumerated() {
        var diagonal = row[0]
        row[0] = i + 1
        for (j, y) in b.enumerated() {
          let change = diagonal + (x == y ? 0 : 1)
          diagonal = row[j + 1]
          row[j + 1] = min(change, row[j] + 1, diagonal + 1)
        }
      }
      return row[b.count]
    }

    func result() -> MetricResult { .number(labels > 0 ? edits / labels : .nan) }

    mutating func reset() { (edits, labels) = (0, 0) }

    var state: [Double] {
      get { [edits, labels] }
      set { if newValue.count == 2 { (edits, labels) = (newValue[0], newValue[1]) } }
    }
  }
}
