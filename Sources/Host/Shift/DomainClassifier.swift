import EspalierProtocols
import EspalierStatistics

/// Tells training samples from others by logistic regression, on samples that it did not learn from.
///
/// Each fold is ranked by a classifier that learned from the others. U, summed over the folds, is compared
/// with its distribution where there is no shift. Classifiers of different folds share most of what they
/// learned from, so the variance of the sum is 1 + folds · n_test / n_train = 1 + folds / (folds − 1) times
/// that of independent folds (Nadeau and Bengio, 2003).
enum DomainClassifier {
  private static let folds = 5
  private static let shownWeights = 10

  static func run(
    _ matrix: DomainMatrix, training: Int, other: Int, seed: UInt64
  ) throws -> ShiftReport.Domain {
    let folds = min(folds, training, other)
    guard folds >= 2 else {
      throw RunFailure(
        "\(training) training samples and \(other) others are too few to compare; 2 of each are the least"
      )
    }
    guard matrix.width > 0 else {
      // Nothing varies, so there is nothing to tell apart by.
      return .init(area: 0.5, probability: 1, folds: folds, weights: [])
    }
    let dataset = try ArrayDataset(
      DataDescription(sampleShape: [matrix.width], target: .none), features: matrix.values,
      targets: [])
    let splits = try Split.folds(
      folds, count: training + other,
      classes: (0..<training + other).map { $0 < training ? 0 : 1 }, seed: seed)
    func sides(_ rows: [Int]) -> (training: TrainingSamples, other: TrainingSamples) {
      let first = rows.prefix { $0 < training }
      return (
        TrainingSamples(dataset, rows: Array(first)),
        TrainingSamples(dataset, rows: Array(rows.dropFirst(first.count)))
      )
    }
    var (u, pairs, variance) = (0.0, 0.0, 0.0)
    for split in splits {
      let learned = sides(split.training)
      let model = try LogisticRegression(against: learned.training, for: learned.other, penalty: 1)
      let kept = sides(split.validation)
      var (low, high): ([Double], [Double]) = ([], [])
      try model.forEachLogOdds(of: kept.training) { low.append($0) }
      try model.forEachLogOdds(of: kept.other) { high.append($0) }
      let ranks = RankTest(high, over: low)
      u += ranks.u
      pairs += ranks.pairs
      variance += ranks.variance
    }
    let shared = 1 + Double(folds) / Double(folds - 1)
    let z = variance > 0 ? (u - pairs / 2) / (variance * shared).squareRoot() : 0
    let all = sides(Array(0..<training + other))
    let model = try LogisticRegression(against: all.training, for: all.other, penalty: 1)
    return .init(
      area: pairs > 0 ? u / pairs : 0.5, probability: RankTest.upperTail(z), folds: folds,
      weights: Array(matrix.named(model.weights).prefix(shownWeights)))
  }
}
