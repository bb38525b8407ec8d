import EspalierProtocols

/// What several models say of the same samples, and ways to join it.
///
/// A model's predictions are [samples, width]: probabilities by class, or values.
package struct MemberPredictions: Sendable {
  /// count × width numbers of each model.
  package let members: [[Double]]
  package let count: Int
  package let width: Int
  /// How much each model counts; `nil` when all count alike.
  package let weights: [Double]?
  /// For each model the samples that it has a say in; `nil` for all.
  package let present: [[Bool]]?

  package init(
    _ members: [[Double]], width: Int, weights: [Double]? = nil, present: [[Bool]]? = nil
  ) {
    self.members = members
    self.width = width
    count = (members.first?.count ?? 0) / max(width, 1)
    self.weights = weights
    self.present = present
  }

  private func weight(_ member: Int) -> Double { weights?[member] ?? 1 }

  // MARK: Each way

  /// Σ weights of the models whose most probable class it is: [samples, classes].
  package func votes() -> [Double] { sum(ballot).sums }

  /// 1 for the most probable class of each sample, else 0.
  private func ballot(_ member: Int) -> [Double] {
    var result = [Double](repeating: 0, count: count * width)
    for (sample, label) in Self.largest(members[member], width: width).enumerated() {
      result[sample * width + label] = 1
    }
    return result
  }

  /// Σ weight · prediction / Σ weight: [samples, width].
  package func mean() -> [Double] { mean { members[$0] } }

  /// The median of the models' numbers; of an even number of them, the mean of the middle two.
  package func median() -> [Double] {
    (0..<count * width).map { place in
      let sample = place / width
      let values = members.indices.filter { present?[$0][sample] ?? true }
        .map { members[$0][place] }.sorted()
      guard !values.isEmpty else { return .nan }
      let middle = values.count / 2
      return values.count % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2
    }
  }

  /// The weighted mean over the models of the samples' ranks: [samples, classes].
  package func meanRank() -> [Double] { mean { ranks(of: $0) } }

  /// A model's ranks: for each class the samples are numbered by their probability, the smallest 1; equal
  /// ones share the mean of their numbers.
  package func ranks(of member: Int) -> [Double] {
    var result = [Double](repeating: 0, count: count * width)
    let samples = (0..<count).filter { present?[member][$0] ?? true }
    for column in 0..<width {
      let values = members[member]
      let order = samples.sorted { values[$0 * width + column] < values[$1 * width + column] }
      var start = 0
      while start < order.count {
        var end = start + 1
        let value = values[order[start] * width + column]
        while end < order.count, values[order[end] * width + column] == value { end += 1 }
        // Numbers start + 1 … end.
        let rank = Double(start + 1 + end) / 2
        for sample in order[start..<end] { result[sample * width + column] = rank }
        start = end
      }
    }
    return result
  }

  /// The number of the largest of each sample's numbers; the first of equal ones.
  package static func largest(_ values: [Double], width: Int) -> [Int] {
    stride(from: 0, to: values.count, by: width).map { row in
      var best = 0
      for column in 1..<max(width, 1) where values[row + column] > values[row + best] {
        best = column
      }
      return best
    }
  }

  // MARK: As predictions

  /// The joined predictions: values, or numbers by class that are not negative and add up to 1.
  ///
  /// Of votes these are the shares. Of ranks it is (mean rank − ½) / n for each class, over the sum of
  /// these numbers of the sample, so that the largest stays the largest. A sample in which no model has a
  /// say has NaN.
  package func joined(_ join: EnsembleJoin) -> [Double] {
    switch join {
    case .mean: return mean()
    case .median: return median()
    case .vote: return mean(ballot)
    case .meanRank:
      let scores = mean { member in
        // The same number for all members falls out below, and exact ranks keep ties.
        let number = present.map { all in Double(all[member].lazy.filter { $0 }.count) } ?? 1
        return ranks(of: member).map { ($0 - 0.5) / number }
      }
      return scores.indices.map { place in
        let row = place / width * width
        return scores[place] / scores[row..<row + width].reduce(0, +)
      }
    }
  }

  private func mean(_ numbers: (_ member: Int) -> [Double]) -> [Double] {
    let (sums, weights) = sum(numbers)
    return sums.indices.map { sums[$0] / weights[$0 / width] }
  }

  /// Σ weight · numbers, and Σ weight of each sample, over the models that have a say in it.
  private func sum(
    _ numbers: (_ member: Int) -> [Double]
  ) -> (sums: [Double], weights: [Double]) {
    var sums = [Double](repeating: 0, count: count * width)
    var total = [Double](repeating: 0, count: count)
    for member in members.indices {
      let own = numbers(member)
      let weight = weight(member)
      for sample in 0..<count where present?[member][sample] ?? true {
        total[sample] += weight
        for place in sample * width..<(sample + 1) * width { sums[place] += weight * own[place] }
      }
    }
    return (sums, total)
  }
}
