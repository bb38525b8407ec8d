import EspalierProtocols

/// The scores of all samples seen with their classes, for measures of how well scores sort samples.
struct RankedScores {
  let classes: Int
  /// Numbers a sample: one probability, or one a class.
  private var width = 1
  private var scores: [Float] = []
  private var truths: [Int] = []

  init(_ target: TargetDescription) { classes = target.count }

  mutating func update(_ batch: MetricBatch) {
    width = batch.width
    for sample in 0..<batch.count {
      guard let truth = batch.classNumber(sample, below: classes) else { continue }
      truths.append(truth)
      scores.append(contentsOf: batch.predictions[sample * width..<(sample + 1) * width])
    }
  }

  var state: [Double] {
    get { [Double(width)] + truths.map { Double($0) } + scores.map { Double($0) } }
    set {
      guard let first = newValue.first, first >= 1, let width = Int(exactly: first),
        (newValue.count - 1) % (width + 1) == 0
      else { return }
      self.width = width
      let count = (newValue.count - 1) / (width + 1)
      truths = newValue[1..<1 + count].map { Int(exactly: $0) ?? -1 }
      scores = newValue[(1 + count)...].map { Float($0) }
    }
  }

  mutating func reset() {
    scores.removeAll(keepingCapacity: true)
    truths.removeAll(keepingCapacity: true)
  }

  /// Samples of a class.
  private func support(_ number: Int) -> Int { truths.count { $0 == number } }

  /// Samples that share a score: how many there are, and how many of them are of the class.
  struct Tie {
    var all = 0
    var hits = 0
  }

  /// The ties of a class's score against the rest, the highest score first; `nil` when a score is no
  /// number, which has no rank.
  private func ties(_ number: Int) -> [Tie]? {
    var pairs: [(score: Float, isHit: Bool)] = []
    pairs.reserveCapacity(truths.count)
    // A single score is that of class 1.
    let column = width == 1 ? 0 : number
    for (sample, truth) in truths.enumerated() {
      let score = column < width ? scores[sample * width + column] : 0
      guard !score.isNaN else { return nil }
      pairs.append((score, truth == number))
    }
    pairs.sort { $0.score > $1.score }
    var result: [Tie] = []
    for (place, pair) in pairs.enumerated() {
      if place == 0 || pair.score != pairs[place - 1].score { result.append(Tie()) }
      result[result.count - 1].all += 1
      if pair.isHit { result[result.count - 1].hits += 1 }
    }
    return result
  }

  /// Class 1 of two; of several, the mean of each class against the rest, over those for which the
  /// measure is defined.
  ///
  /// - Parameter measure: of the ties, the samples of the class and the others; `nil` where it is not
  ///   defined.
  func average(
    _ average: RankAverage, _ measure: (_ ties: [Tie], _ hits: Int, _ others: Int) -> Double?
  ) -> Double {
    var (sum, total) = (0.0, 0.0)
    for number in classes <= 2 ? 1..<2 : 0..<classes {
      let hits = support(number)
      guard let ties = ties(number) else { return .nan }
      guard let value = measure(ties, hits, truths.count - hits) else { continue }
      let weight = average == .weighted ? Double(hits) : 1
      sum += weight * value
      total += weight
    }
    return total == 0 ? .nan : sum / total
  }
}

/// How the values of several classes, each against the rest, become one.
public enum RankAverage: String, Choice {
  /// The mean over classes, each counted alike.
  case macro
  /// The mean over classes, weighted by their samples.
  case weighted
}

/// An accumulator of scores, with what is made of their order at the end.
struct RankingAccumulator: MetricAccumulator {
  private var scores: RankedScores
  private let finish: (RankedScores) -> Double

  init(_ target: TargetDescription, _ finish: @escaping (RankedScores) -> Double) {
    scores = RankedScores(target)
    self.finish = finish
  }

  mutating func update(_ batch: MetricBatch) { scores.update(batch) }
  func result() -> MetricResult { .number(finish(scores)) }
  var state: [Double] {
    get { scores.state }
    set { scores.state = newValue }
  }
  mutating func reset() { scores.reset() }
}
