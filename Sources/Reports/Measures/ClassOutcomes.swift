/// What was said of samples that belong to classes, and what is true.
struct ClassOutcomes: Sendable {
  let names: [String]
  /// Of each sample that counts: its number among the predictions.
  let samples: [Int]
  let truth: [Int]
  let predicted: [Int]
  /// The probability of the predicted class.
  let confidence: [Float]
  /// Samples by true class and predicted class, in one number: where there are thousands of classes, few of
  /// the pairs occur.
  private let counts: [Int: Int]
  /// Samples by class: right ones, all of the class, and all that are said to be of it.
  private let hits: [Int]
  private let support: [Int]
  private let said: [Int]
  private let width: Int
  private let values: [Float]

  /// - Parameters:
  ///   - values: count × width: a probability a class, or of two classes that of the second alone.
  ///   - targets: a class number a sample; samples without one do not count.
  /// - Returns: `nil` when the numbers are not such.
  init?(names: [String], width: Int, values: [Float], targets: [Float]) {
    let count = targets.count
    guard values.count == count * width, width == names.count || (width == 1 && names.count == 2),
      !names.isEmpty
    else { return nil }
    self.names = names
    self.width = width
    self.values = values
    var samples: [Int] = []
    var truth: [Int] = []
    var predicted: [Int] = []
    var confidence: [Float] = []
    var counts: [Int: Int] = [:]
    var hits = [Int](repeating: 0, count: names.count)
    var support = hits
    var said = hits
    for sample in 0..<count {
      guard let target = Int(exactly: targets[sample]), names.indices.contains(target) else {
        continue
      }
      let (best, probability) = Self.prediction(values, sample, width)
      samples.append(sample)
      truth.append(target)
      predicted.append(best)
      confidence.append(probability)
      counts[target * names.count + best, default: 0] += 1
      hits[target] += target == best ? 1 : 0
      support[target] += 1
      said[best] += 1
    }
    guard !samples.isEmpty else { return nil }
    self.samples = samples
    self.truth = truth
    self.predicted = predicted
    self.confidence = confidence
    self.counts = counts
    self.hits = hits
    self.support = support
    self.said = said
  }

  private static func prediction(_ values: [Float], _ sample: Int, _ width: Int) -> (Int, Float) {
    if width == 1 {
      let second = values[sample]
      return second >= 0.5 ? (1, second) : (0, 1 - second)
    }
    var best = sample * width
    for place in best..<best + width where values[place] > values[best] { best = place }
    return (best - sample * width, values[best])
  }

  var count: Int { samples.count }

  /// Samples of a class that are said to be of one, the same or another.
  func count(_ truth: Int, saidToBe predicted: Int) -> Int {
    counts[truth * names.count + predicted, default: 0]
  }

  var accuracy: Double { Double(hits.reduce(0, +)) / Double(count) }

  /// The probability of a class, for a sample by its place among those that count.
  func probability(of label: Int, _ place: Int) -> Float {
    let sample = samples[place]
    if width == 1 { return label == 1 ? values[sample] : 1 - values[sample] }
    return values[sample * width + label]
  }

  /// The scores of one class.
  struct Scores: Sendable {
    /// Samples of the class.
    let support: Int
    /// Of those said to be of the class, the share that is; 0 where none is said to be.
    let precision: Double
    /// Of those of the class, the share that was found; 0 where there are none.
    let recall: Double
    /// 2pr/(p + r); 0 where both are 0.
    let f1: Double
  }

  func scores(of label: Int) -> Scores {
    let (hits, said, support) = (hits[label], said[label], support[label])
    return Scores(
      support: support, precision: said == 0 ? 0 : Double(hits) / Double(said),
      recall: support == 0 ? 0 : Double(hits) / Double(support),
      f1: said + support == 0 ? 0 : 2 * Double(hits) / Double(said + support))
  }

  /// Places of the samples that the model got wrong, the surest mistakes first.
  var mistakes: [Int] {
    truth.indices.filter { truth[$0] != predicted[$0] }
      .sorted { (confidence[$0], $1) > (confidence[$1], $0) }
  }
}
