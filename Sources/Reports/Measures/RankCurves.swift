/// The curves of one class against the others over all thresholds of its probability.
struct RankCurves: Sendable {
  /// False positives' share, true positives' share; from (0, 0) to (1, 1).
  let roc: [(x: Double, y: Double)]
  /// Recall, precision.
  let precisionRecall: [(x: Double, y: Double)]
  /// The area under the ROC curve, equal scores counting half.
  let rocArea: Double
  /// Σ (Rₖ − Rₖ₋₁)·Pₖ
  let averagePrecision: Double
  /// The share of the class: the precision of chance.
  let share: Double

  /// - Parameters:
  ///   - scores: the probability of the class.
  ///   - isHit: whether a sample is of the class.
  /// - Returns: `nil` where there is no sample of the class, or no other, or a score is no number.
  init?(scores: [Float], isHit: [Bool]) {
    let hits = isHit.count { $0 }
    let others = isHit.count - hits
    guard hits > 0, others > 0, !scores.contains(where: { $0.isNaN }) else { return nil }
    let order = scores.indices.sorted { scores[$0] > scores[$1] }
    var roc: [(x: Double, y: Double)] = [(0, 0)]
    var precisionRecall: [(x: Double, y: Double)] = []
    var (found, looked) = (0, 0)
    var (rocArea, averagePrecision) = (0.0, 0.0)
    var place = 0
    while place < order.count {
      let score = scores[order[place]]
      let (foundBefore, lookedBefore) = (found, looked)
      while place < order.count, scores[order[place]] == score {
        found += isHit[order[place]] ? 1 : 0
        looked += 1
        place += 1
      }
      let wrong = Double(looked - lookedBefore - (found - foundBefore))
      rocArea += wrong * Double(found + foundBefore) / 2
      let precision = Double(found) / Double(looked)
      averagePrecision += Double(found - foundBefore) * precision
      roc.append(
        (Double(looked - found) / Double(others), Double(found) / Double(hits)))
      precisionRecall.append((Double(found) / Double(hits), precision))
    }
    self.roc = roc
    self.precisionRecall = [(0, precisionRecall[0].y)] + precisionRecall
    self.rocArea = rocArea / (Double(hits) * Double(others))
    self.averagePrecision = averagePrecision / Double(hits)
    share = Double(hits) / Double(isHit.count)
  }
}
