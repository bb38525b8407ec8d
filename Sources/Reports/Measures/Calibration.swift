/// How far confidence is from accuracy, by bins of confidence. Guo et al., 2017.
struct Calibration: Sendable {
  struct Bin: Sendable {
    var count = 0
    var right = 0
    var sum = 0.0
    var confidence: Double { sum / Double(count) }
    var accuracy: Double { Double(right) / Double(count) }
  }

  /// The bins (a, b] divide 0 to 1 evenly.
  let bins: [Bin]

  init(_ outcomes: ClassOutcomes, bins count: Int = 15) {
    var bins = [Bin](repeating: Bin(), count: count)
    for place in outcomes.truth.indices {
      let confidence = outcomes.confidence[place]
      let number = (confidence * Float(count)).rounded(.up) - 1
      let bin = number > 0 ? min(Int(min(number, 1e6)), count - 1) : 0
      bins[bin].count += 1
      bins[bin].right += outcomes.truth[place] == outcomes.predicted[place] ? 1 : 0
      bins[bin].sum += Double(confidence)
    }
    self.bins = bins
  }

  /// Σ |confidence − accuracy| over samples' bins, as a mean: ECE.
  var expectedError: Double {
    bins.reduce(0) { $0 + abs($1.sum - Double($1.right)) }
      / Double(bins.reduce(0) { $0 + $1.count })
  }
}
