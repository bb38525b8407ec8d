import EspalierProtocols

/// How often each class was predicted for each true class.
struct ClassCounts {
  let classes: Int
  /// classes × classes, rows are true classes.
  private(set) var counts: [Int]
  /// Samples whose target is no class.
  private(set) var strays = 0

  init(_ target: TargetDescription) {
    classes = target.count
    counts = [Int](repeating: 0, count: classes * classes)
  }

  mutating func update(_ batch: MetricBatch) {
    for sample in 0..<batch.count {
      guard let truth = batch.classNumber(sample, below: classes) else {
        strays += 1
        continue
      }
      // A model with more outputs than classes can name one that does not exist.
      let predicted = batch.predictedClass(sample)
      if predicted < classes { counts[truth * classes + predicted] += 1 } else { strays += 1 }
    }
  }

  var state: [Double] {
    get { counts.map { Double($0) } + [Double(strays)] }
    set {
      guard newValue.count == counts.count + 1 else { return }
      counts = newValue.dropLast().map { Int($0) }
      strays = Int(newValue.last!)
    }
  }

  mutating func reset() {
    strays = 0
    for index in counts.indices { counts[index] = 0 }
  }

  subscript(truth: Int, predicted: Int) -> Int { counts[truth * classes + predicted] }

  /// Samples of known class, right or wrong.
  var total: Int { counts.reduce(0, +) }
  var correct: Int { (0..<classes).reduce(0) { $0 + self[$1, $1] } }
  /// Samples of a class.
  func support(_ number: Int) -> Int { (0..<classes).reduce(0) { $0 + self[number, $1] } }
  /// Samples that were taken for a class.
  func predictions(_ number: Int) -> Int { (0..<classes).reduce(0) { $0 + self[$1, number] } }
}

extension MetricBatch {
  /// A sample's true class; `nil` for a target that is no class number.
  func classNumber(_ sample: Int, below classes: Int) -> Int? {
    let target = targets[sample]
    return target >= 0 && target < Float(classes) ? Int(target) : nil
  }
}

/// How the values of several classes become one.
public enum ClassAverage: String, Choice {
  /// The mean over classes, each counted alike.
  case macro
  /// Over all samples together; for one class a sample it is the accuracy.
  case micro
  /// The mean over classes, weighted by their samples.
  case weighted
  /// Of the positive class alone.
  case binary
}

/// The score of one class, and the score of all samples together, averaged as asked.
struct AveragedScore {
  let average: ClassAverage
  /// Number of the positive class, for `binary`.
  let positive: Int?
  /// From true positives, predictions of the class, and samples of the class. A class that this is not
  /// defined for (0/0) counts as zero, as usual.
  let score: (_ hits: Double, _ predictions: Double, _ support: Double) -> Double

  init(
    average: ClassAverage, positive: String, target: TargetDescription,
    score: @escaping (Double, Double, Double) -> Double
  ) {
    self.average = average
    self.score = score
    let names = target.names
    let number =
      names.firstIndex(of: positive)
      ?? Int(positive).flatMap {
        names.indices.contains($0) ? $0 : nil
      }
    self.positive = positive.isEmpty ? (names.count > 1 ? 1 : nil) : number
  }

  func callAsFunction(_ counts: ClassCounts) -> Double {
    let total = counts.total
    guard total > 0 else { return .nan }
    func ofClass(_ number: Int) -> Double {
      score(
        Double(counts[number, number]), Double(counts.predictions(number)),
        Double(counts.support(number)))
    }
    switch average {
    case .micro: return score(Double(counts.correct), Double(total), Double(total))
    case .binary: return positive.map(ofClass) ?? .nan
    case .macro:
      return (0..<counts.classes).reduce(0) { $0 + ofClass($1) } / Double(counts.classes)
    case .weighted:
      return (0..<counts.classes).reduce(0) { $0 + ofClass($1) * Double(counts.support($1)) }
        / Double(total)
    }
  }
}

/// a / b, and zero for 0/0.
func ratio(_ a: Double, _ b: Double) -> Double { b == 0 ? 0 : a / b }

/// An accumulator of counts by class, with what is made of them at the end.
struct CountingAccumulator: MetricAccumulator {
  private var counts: ClassCounts
  private let finish: (ClassCounts) -> MetricResult

  init(_ target: TargetDescription, _ finish: @escaping (ClassCounts) -> MetricResult) {
    counts = ClassCounts(target)
    self.finish = finish
  }

  mutating func update(_ batch: MetricBatch) { counts.update(batch) }
  func result() -> MetricResult { finish(counts) }
  var state: [Double] {
    get { counts.state }
    set { counts.state = newValue }
  }
  mutating func reset() { counts.reset() }
}
